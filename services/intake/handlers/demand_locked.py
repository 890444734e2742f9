"""demand.locked: the time to object to a closed demand has passed."""

from typing import Any

from sqlalchemy.orm import Session

from services.intake.usecases.follow_demand import follow
from shared.clock import parse_time
from shared.messaging.envelope import Event
from shared.messaging.errors import Waiting


def handle(session: Session, event: Event, ctx: Any) -> None:
    """Waits when the demand is not here yet."""
    if not follow(session, event, locked_at=parse_time(event.data["at"])):
        raise Waiting("demand")
