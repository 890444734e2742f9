"""Merges of customers, and what each of them filled."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from services.intake.child_tables import CustomerMerge
from shared.ids import new_id

_STANDS = CustomerMerge.undone_at.is_(None)


def add(session: Session, customer_id: str, into: str, filled: Mapping[str, str], *, by: str, now: datetime) -> None:
    """A merge. into: the survivor's number; filled: {part of the contact: keyed hash}."""
    values = {"id": new_id(), "customer_id": customer_id, "into": into, "filled": dict(filled), "at": now, "by": by}
    session.execute(insert(CustomerMerge).values(**values))


def undo(session: Session, customer_id: str, now: datetime) -> dict[str, Any]:
    """End the merge of a customer that stands; what it had filled."""
    query = select(CustomerMerge.id, CustomerMerge.filled).where(CustomerMerge.customer_id == customer_id, _STANDS)
    row = session.execute(query).one()
    session.execute(update(CustomerMerge).where(CustomerMerge.id == row.id).values(undone_at=now))
    return dict(row.filled)
