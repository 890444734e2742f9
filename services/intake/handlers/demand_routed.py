"""demand.routed: who has the demand now, as its channel sees it."""

from typing import Any

from sqlalchemy.orm import Session

from services.intake.usecases.follow_demand import follow_demand
from shared.messaging.envelope import Event
from shared.messaging.errors import Waiting


def handle(session: Session, event: Event, ctx: Any) -> None:
    """Waits when the demand is not here yet: only a restore from before it can cause that."""
    if not follow_demand(session, event.data["demand_id"], department=event.data["route"]["lead"]):
        raise Waiting("demand")
