"""What was told about a demand, in order: the outbox is triage's own event log."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.messaging.tables import outbox

MOST = 500
_OWN = ("demand_id", "number")


def of_demand(session: Session, demand_id: str) -> list[dict[str, Any]]:
    """[{version, event, at, data}] from the first event on, at most 500; data without the demand's own names."""
    rows = session.execute(
        select(outbox.c.version, outbox.c.type, outbox.c.time, outbox.c.data)
        .where(outbox.c.subject == f"demand/{demand_id}")
        .order_by(outbox.c.version)
        .limit(MOST)
    )
    return [
        {
            "version": row.version,
            "event": row.type.removeprefix("demandflow.").rpartition(".v")[0],
            "at": row.time,
            "data": {name: value for name, value in row.data.items() if name not in _OWN},
        }
        for row in rows
    ]
