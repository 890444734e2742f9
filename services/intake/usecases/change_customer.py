"""Change what is known of a customer: staff may replace what a report may only complete."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.intake import events
from services.intake.domain import contact as contacts
from services.intake.domain import vault as boxes
from services.intake.domain.contact import Contact
from services.intake.domain.records import CustomerRow
from services.intake.domain.vault import Vault
from services.intake.store import customers
from shared.privacy import finder
from shared.refused import Refused

_FREE_TEXT = ("industry", "tier", "value")


@dataclass(frozen=True)
class Change:
    """Public facts and parts of the contact to set; what is not named stays, None empties."""

    facts: dict[str, Any]
    contact: dict[str, str | None]


def change_customer(session: Session, row: CustomerRow, change: Change, *, vault: Vault, now: datetime) -> CustomerRow:
    """The customer as it is now; the caller holds its lock.

    Refused 409 contact-taken when a phone or mail belongs to another customer, customer-erased when the vault
    holds nothing any more.
    """
    contact = _changed_contact(session, row, change.contact, vault)
    redact = finder.redactor(contact.values())
    facts: dict[str, Any] = {
        name: redact(value) if value and name in _FREE_TEXT else value for name, value in change.facts.items()
    }
    company = facts.get("company_name", row.company_name)
    changed = replace(row, **facts, masked_name=contacts.masked_name(contact.name, company))
    if changed == row:
        return row
    changed = replace(changed, version=row.version + 1)
    customers.change(session, changed)
    events.customer_changed(session, changed, now)
    return changed


def _changed_contact(session: Session, row: CustomerRow, parts: dict[str, str | None], vault: Vault) -> Contact:
    if row.wrapped_key is None or row.contact is None:
        raise Refused("customer-erased", "This customer was erased")
    key = vault.unwrap(row.wrapped_key, row.id)
    before = Contact(**boxes.unseal(key, row.contact, f"contact/{row.id}"))
    after = replace(before, **parts)
    if after == before:
        return before
    identities = contacts.identities(after, vault.identity_key)
    known = contacts.identities(before, vault.identity_key)
    new = {digest: kind for digest, kind in identities.items() if digest not in known}
    owner = customers.linked(session, new)
    customers.unlink(session, row.id, identities)
    if (owner is not None and owner.id != row.id) or customers.link(session, row.id, new) != len(new):
        raise Refused("contact-taken", "A phone or mail address belongs to another customer")
    customers.reseal(session, replace(row, contact=boxes.seal(key, vars(after), f"contact/{row.id}")))
    return after
