"""demand.supplemented, confirmed, disputed, withdrawn; change.confirmed, declined: the customer said something."""

from typing import Any

from sqlalchemy.orm import Session

from services.triage.usecases.listen import hear
from shared.clock import business_now
from shared.messaging.envelope import Event


def handle(session: Session, event: Event, ctx: Any) -> None:
    """Waits while the demand is not here yet: only a restore can cause that."""
    hear(session, event, books=ctx.books, now=business_now())
