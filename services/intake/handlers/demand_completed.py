"""demand.completed: the result that the customer is asked about; cycle.started: there is none again."""

from typing import Any

from sqlalchemy.orm import Session

from services.intake.usecases.follow_demand import follow
from shared.messaging.envelope import Event
from shared.messaging.errors import Waiting


def handle(session: Session, event: Event, ctx: Any) -> None:
    """Waits when the demand is not here yet."""
    parts = {"result": event.data.get("result"), "result_sha256": event.data.get("result_sha256")}
    if not follow(session, event.data["demand_id"], event.data, **parts, waiting_for=None):
        raise Waiting("demand")
