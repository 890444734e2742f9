"""Change what is known of a customer: staff and the CRM may replace what a report may only complete."""

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
from services.intake.store import customer_names, customers
from services.intake.usecases.keep_customer import name_parts
from shared.privacy import finder
from shared.refused import Refused

_FREE_TEXT = ("industry", "tier", "value", "source")


@dataclass(frozen=True)
class Change:
    """Public facts and parts of the contact to set; what is not named stays, None empties.

    by: the caller's scope; verified: the contact was checked with the customer, or is to be checked anew.
    """

    facts: dict[str, Any]
    contact: dict[str, str | None]
    by: str
    verified: bool | None = None


def change_customer(session: Session, row: CustomerRow, change: Change, *, vault: Vault, now: datetime) -> CustomerRow:
    """The customer as it is now; the caller holds its lock.

    Refused 409 contact-taken when a phone or mail belongs to another customer, customer-erased when the vault
    holds nothing any more, customer-merged when another one goes on for it.
    """
    if row.merged_into is not None:
        raise Refused("customer-merged", "Another customer goes on for this one: change that one")
    before, contact = _changed_contact(session, row, change.contact, vault)
    redact = finder.redactor(contact.values())
    facts: dict[str, Any] = {
        name: redact(value) if value and name in _FREE_TEXT else value for name, value in change.facts.items()
    }
    company = facts.get("company_name", row.company_name)
    changed = replace(row, **facts, masked_name=contacts.masked_name(contact.name, company))
    changed = _verified(changed, change, now, same=(before.phone, before.email) == (contact.phone, contact.email))
    if (before.name, row.company_name) != (contact.name, company):
        customer_names.replace(session, row.id, name_parts(vault, contact, changed))
    if changed == row:
        return row
    changed = replace(changed, version=row.version + 1)
    customers.change(session, changed)
    events.customer_changed(session, changed, now)
    return changed


def _verified(row: CustomerRow, change: Change, now: datetime, *, same: bool) -> CustomerRow:
    """What was checked holds for the contact that was checked. Policy C: first talk, contact verified."""
    if change.verified and (row.verified_at is None or not same):
        return replace(row, verified_at=now, verified_by=change.by)
    if change.verified is False or (change.verified is None and not same):
        return replace(row, verified_at=None, verified_by=None)
    return row


def _changed_contact(
    session: Session, row: CustomerRow, parts: dict[str, str | None], vault: Vault
) -> tuple[Contact, Contact]:
    """The contact before and after."""
    if row.wrapped_key is None or row.contact is None:
        raise Refused("customer-erased", "This customer was erased")
    key = vault.unwrap(row.wrapped_key, row.id)
    before = Contact(**boxes.unseal(key, row.contact, f"contact/{row.id}"))
    after = replace(before, **parts)
    if after == before:
        return before, before
    identities = contacts.identities(after, vault.identity_key)
    known = contacts.identities(before, vault.identity_key)
    new = {digest: kind for digest, kind in identities.items() if digest not in known}
    owners = {digest: customers.linked(session, [digest]) for digest in new}
    free = {digest: kind for digest, kind in new.items() if owners[digest] is None}
    customers.unlink(session, row.id, identities)
    # What a customer merged into this one had leads here already.
    strange = any(owner is not None and owner.id != row.id for owner in owners.values())
    if strange or customers.link(session, row.id, free) != len(free):
        raise Refused("contact-taken", "A phone or mail address belongs to another customer")
    customers.reseal(session, replace(row, contact=boxes.seal(key, vars(after), f"contact/{row.id}")))
    return before, after
