"""What the notifier tells: notices that went out and notices that could not."""

from sqlalchemy.orm import Session

from services.reporting.store import children, demands
from services.reporting.usecases.count_handling import Books
from shared.clock import parse_time
from shared.messaging.envelope import Event


def notice_sent(session: Session, event: Event, ctx: Books) -> None:
    """Counts it, with its moment."""
    values = {"last_notice_at": parse_time(event.data["at"])}
    demands.count(session, event.data["demand_id"], "notices_sent", values)
    _keep(session, event, "sent")


def notice_failed(session: Session, event: Event, ctx: Books) -> None:
    """Counts it."""
    demands.count(session, event.data["demand_id"], "notices_failed", {})
    _keep(session, event, "failed")


def _keep(session: Session, event: Event, outcome: str) -> None:
    data = event.data
    row = {name: data[name] for name in ("demand_id", "kind", "carrier", "audience", "attempt", "reason")}
    row |= {"outcome": outcome, "at": parse_time(data["at"])}
    children.put_notice(session, data["notice_id"], row)
