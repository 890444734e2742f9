"""supplement.requested: what the customer is asked for."""

from typing import Any

from sqlalchemy.orm import Session

from services.intake.usecases.follow_demand import follow
from shared.messaging.envelope import Event
from shared.messaging.errors import Waiting


def handle(session: Session, event: Event, ctx: Any) -> None:
    """Waits when the demand is not here yet."""
    asked = {name: event.data[name] for name in ("missing", "vague", "text", "at")}
    if not follow(session, event, waiting_for=asked):
        raise Waiting("demand")
