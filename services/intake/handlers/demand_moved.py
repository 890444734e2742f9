"""Whatever moves a demand: its status and department as its channel sees them."""

from typing import Any

from sqlalchemy.orm import Session

from services.intake.usecases.follow_demand import follow
from shared.messaging.envelope import Event
from shared.messaging.errors import Waiting


def handle(session: Session, event: Event, ctx: Any) -> None:
    """Waits when the demand is not here yet: only a restore from before it can cause that."""
    if not follow(session, event):
        raise Waiting("demand")
