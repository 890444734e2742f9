"""demand.completed: the result that the customer is asked about; cycle.started: there is none again."""

from typing import Any

from sqlalchemy.orm import Session

from services.intake.usecases.follow_demand import follow
from shared.messaging.envelope import Event
from shared.messaging.errors import Waiting

_BESIDE = ("expectation_met", "left_over", "remedy", "recourse")


def handle(session: Session, event: Event, ctx: Any) -> None:
    """Waits when the demand is not here yet."""
    data = event.data
    parts = {"result": data.get("result"), "result_sha256": data.get("result_sha256")}
    outcome = {name: data[name] for name in _BESIDE if data.get(name) is not None} if parts["result"] else None
    if not follow(session, event, **parts, outcome=outcome, waiting_for=None):
        raise Waiting("demand")
