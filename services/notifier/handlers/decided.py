"""demand.triaged, demand.routed and deadlines.changed: triage's decisions and the demand's whole set of deadlines."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.notifier.domain.timers import DeadlineFacts
from services.notifier.handlers import reading
from services.notifier.usecases.set_timers import set_timers
from services.notifier.usecases.tell import Planner, learn
from shared.clock import parse_time
from shared.messaging.envelope import Event


def triaged(session: Session, event: Event, _planner: Planner) -> None:
    """The first decision; the demand itself need not be known yet."""
    deadlines(session, event, _planner)
    learn(session, event.data["demand_id"], reading.type_of(event.data) | reading.route_of(event.data))


def routed(session: Session, event: Event, _planner: Planner) -> None:
    """A department passed it back."""
    learn(session, event.data["demand_id"], reading.route_of(event.data))


def deadlines(session: Session, event: Event, _planner: Planner) -> None:
    """Set the timers; a deadline may come before its demand."""
    set_timers(session, event.data["demand_id"], [_deadline(row) for row in event.data["deadlines"]])


def _deadline(row: Mapping[str, Any]) -> DeadlineFacts:
    return DeadlineFacts(
        id=row["id"],
        code=row["code"],
        kind=row["kind"],
        due_at=parse_time(row["due_at"]),
        approaching_at=_moment(row["approaching_at"]),
        met_at=_moment(row["met_at"]),
        breached_at=_moment(row["breached_at"]),
        paused_at=_moment(row["paused_at"]),
    )


def _moment(text: str | None) -> datetime | None:
    return None if text is None else parse_time(text)
