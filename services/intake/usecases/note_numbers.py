"""Note numbers that others know a customer by, and forget them."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from services.intake.domain.customer_numbers import MOST, NumberKey, NumberRow
from services.intake.store import customer_numbers, customers
from shared.refused import Refused


def note(session: Session, customer_id: str, keys: Iterable[NumberKey], *, by: str, now: datetime) -> int:
    """Note numbers of a customer; how many are new. A number of a customer merged into this one is this one's.

    Refused 409: number-taken by another customer; numbers-full.
    """
    new = 0
    for key in dict.fromkeys(keys):
        if customer_numbers.add(session, NumberRow(customer_id, key.kind, key.system, key.number, now, by)):
            new += 1
            continue
        holder = customer_numbers.owner(session, key)
        if holder is None or customers.survivor(session, customers.by_id(session, holder)).id != customer_id:
            raise Refused("number-taken", "Another customer has this number")
    if new and customer_numbers.count(session, customer_id) > MOST:
        raise Refused("numbers-full", f"A customer has at most {MOST} numbers")
    return new


def forget(session: Session, customer_id: str, key: NumberKey) -> None:
    """Forget a number of a customer, or of one merged into it. Refused 404."""
    if not customer_numbers.drop(session, customer_id, key):
        raise Refused("number-unknown", "The customer has no such number", 404)
