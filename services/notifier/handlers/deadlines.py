"""demand.triaged and deadlines.changed: both carry the demand's whole set of deadlines."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.notifier.domain.timers import DeadlineFacts
from services.notifier.handlers.context import Context
from services.notifier.usecases.set_timers import set_timers
from shared.clock import parse_time
from shared.messaging.envelope import Event


def handle(session: Session, event: Event, _ctx: Context) -> None:
    """Set the timers; a deadline may come before its demand."""
    set_timers(session, event.data["demand_id"], [_read(row) for row in event.data["deadlines"]])


def _read(row: Mapping[str, Any]) -> DeadlineFacts:
    return DeadlineFacts(
        id=row["id"],
        kind=row["kind"],
        due_at=parse_time(row["due_at"]),
        approaching_at=_moment(row["approaching_at"]),
        met_at=_moment(row["met_at"]),
        breached_at=_moment(row["breached_at"]),
    )


def _moment(text: str | None) -> datetime | None:
    return None if text is None else parse_time(text)
