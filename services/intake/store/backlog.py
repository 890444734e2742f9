"""How much the outbox holds, as the relay last noted it: one row, never a count."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.messaging.tables import relay_state


def unsent(session: Session) -> int:
    """Events waiting for the broker."""
    return session.execute(select(relay_state.c.unsent)).scalar() or 0
