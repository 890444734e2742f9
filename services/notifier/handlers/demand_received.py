"""demand.received: remember what notices need, plan the receipt, tell what waited for the demand."""

from sqlalchemy.orm import Session

from services.notifier.domain.causes import Cause
from services.notifier.usecases.tell import Planner, receive
from shared.clock import system_now
from shared.messaging.envelope import Event


def handle(session: Session, event: Event, planner: Planner) -> None:
    """Waits while the pinned policy has not arrived."""
    due = event.data["first_response_by"]
    kind = "demand.received"
    cause = Cause(kind, f"{kind}/{event.version}", event.time, {} if due is None else {"due": due})
    receive(session, event.data, cause, planner=planner, now=system_now())
