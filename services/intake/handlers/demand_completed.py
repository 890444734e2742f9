"""demand.completed: the result that the customer is asked about; cycle.started: there is none again."""

from typing import Any

from sqlalchemy.orm import Session

from services.intake.usecases.follow_demand import follow
from shared.messaging.envelope import Event
from shared.messaging.errors import Waiting


def handle(session: Session, event: Event, ctx: Any) -> None:
    """Waits when the demand is not here yet."""
    result = event.data.get("result")
    if not follow(session, event, result=result, waiting_for=None):
        raise Waiting("demand")
