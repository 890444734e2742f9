"""The events the notifier publishes: one builder each, no personal data."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.notifier.domain.notices import Outcome, Planned
from services.notifier.domain.timers import TimerRow
from shared.clock import format_time
from shared.messaging.outbox import next_version, publish

SOURCE = "notifier"


def timer_rang(session: Session, timer: TimerRow, now: datetime) -> None:
    """timer.approaching or timer.reached, by the stage that the timer was in."""
    data = {
        "demand_id": timer.demand_id,
        "deadline_id": timer.id,
        "kind": timer.kind,
        "due_at": format_time(timer.due_at),
        "at": format_time(now),
    }
    _of_demand(session, f"timer.{timer.stage}", timer.demand_id, data, now)


def notice_settled(session: Session, notice: Planned, outcome: Outcome, now: datetime) -> None:
    """notice.sent or notice.failed."""
    data = {
        "notice_id": notice.id,
        "demand_id": notice.demand_id,
        "number": notice.number,
        "kind": notice.kind,
        "carrier": notice.carrier,
        "audience": notice.audience,
        "attempt": notice.attempt,
        "at": format_time(now),
        "reason": outcome.reason,
    }
    _of_demand(session, f"notice.{outcome.state}", notice.demand_id, data, now)


def _of_demand(session: Session, kind: str, demand_id: str, data: dict[str, Any], now: datetime) -> None:
    subject = f"demand/{demand_id}"
    version = next_version(session, subject)
    publish(session, source=SOURCE, type=kind, subject=subject, version=version, data=data, now=now)
