"""Open a customer's contact at the moment of use, on the record."""

from datetime import datetime

from sqlalchemy.orm import Session

from services.intake.domain import vault as boxes
from services.intake.domain.vault import Vault
from services.intake.store import customers


def open_contact(
    session: Session,
    number: str,
    *,
    purpose: str,
    reader: str,
    request_id: str | None,
    vault: Vault,
    now: datetime,
) -> dict[str, str | None] | None:
    """{number, name, phone, email, im} in the clear; None when there is no such customer or it was erased.

    Of a merged customer, the contact (and number) of the one that goes on for it: demands keep the number they had.
    """
    named = customers.by_number(session, number)
    found = named and customers.survivor(session, named)
    if found is None or found.wrapped_key is None or found.contact is None:
        return None
    number = found.number
    customers.note_reading(session, number=number, purpose=purpose, reader=reader, now=now, request_id=request_id)
    key = vault.unwrap(found.wrapped_key, found.id)
    return {"number": number, **boxes.unseal(key, found.contact, f"contact/{found.id}")}
