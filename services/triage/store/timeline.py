"""What happened to a demand, in order: triage's own events from the outbox, which is its log, and what was heard."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.triage.store import heard
from shared.messaging.tables import outbox

MOST = 500
_OWN = ("demand_id", "number")


def of_demand(session: Session, demand_id: str) -> list[dict[str, Any]]:
    """[{source, version, event, at, data}] as it came about, at most 500 of triage's own; data without the names."""
    rows = session.execute(
        select(outbox.c.version, outbox.c.type, outbox.c.time, outbox.c.data)
        .where(outbox.c.subject == f"demand/{demand_id}")
        .order_by(outbox.c.version)
        .limit(MOST)
    )
    own = [
        (
            (row.version, 0),
            _entry("triage", row.version, row.type.removeprefix("demandflow.").rpartition(".v")[0], row.time, row.data),
        )
        for row in rows
    ]
    others = [
        ((row["after_version"], row["version"]), _entry("intake", row["version"], row["event"], row["at"], row["data"]))
        for row in heard.of_demand(session, demand_id)
    ]
    return [entry for _, entry in sorted([*own, *others], key=lambda one: one[0])]


def _entry(source: str, version: int, event: str, at: Any, data: dict[str, Any]) -> dict[str, Any]:
    told = {name: value for name, value in data.items() if name not in _OWN}
    return {"source": source, "version": version, "event": event, "at": at, "data": told}
