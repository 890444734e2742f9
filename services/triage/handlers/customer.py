"""demand.supplemented, .communicated, .confirmed, .disputed, .withdrawn; change.confirmed, .declined: what was said.

attachment.added: a file came. customer.changed: who the customer is.
"""

from typing import Any

from sqlalchemy.orm import Session

from services.triage.usecases.listen import hear, hear_of_customer, note
from shared.clock import business_now
from shared.messaging.envelope import Event


def handle(session: Session, event: Event, ctx: Any) -> None:
    """Waits while the demand is not here yet: only a restore can cause that."""
    hear(session, event, books=ctx.books, now=business_now())


def attached(session: Session, event: Event, ctx: Any) -> None:
    """Waits as handle() does."""
    note(session, event, now=business_now())


def changed(session: Session, event: Event, ctx: Any) -> None:
    """Of a customer without an open case nothing is kept here."""
    hear_of_customer(session, event.data, books=ctx.books, now=business_now())
