"""What the notifier tells: notices that went out and notices that could not."""

from typing import Any

from sqlalchemy.orm import Session

from services.reporting.store import demands
from shared.clock import parse_time
from shared.messaging.envelope import Event


def notice_sent(session: Session, event: Event, ctx: Any) -> None:
    """Counts it, with its moment."""
    values = {"last_notice_at": parse_time(event.data["at"])}
    demands.count(session, event.data["demand_id"], "notices_sent", values)


def notice_failed(session: Session, event: Event, ctx: Any) -> None:
    """Counts it."""
    demands.count(session, event.data["demand_id"], "notices_failed", {})
