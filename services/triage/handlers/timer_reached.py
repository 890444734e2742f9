"""timer.reached: the moment of a deadline came; whether it was breached is triage's to say."""

from typing import Any

from sqlalchemy.orm import Session

from services.triage.usecases.listen import ring
from shared.clock import parse_time
from shared.messaging.envelope import Event


def handle(session: Session, event: Event, ctx: Any) -> None:
    """A timer that no longer fits its deadline changes nothing."""
    data = event.data
    ring(
        session, data["demand_id"], data["deadline_id"], due_at=parse_time(data["due_at"]), at=event.time,
        books=ctx.books,
    )  # fmt: skip
