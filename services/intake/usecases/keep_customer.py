"""Keep a customer: what others may see of it, the sealed contact, what links reports to it."""

from dataclasses import fields, replace
from datetime import datetime

from sqlalchemy.orm import Session

from services.intake import events
from services.intake.domain import contact as contacts
from services.intake.domain import vault as boxes
from services.intake.domain.contact import Contact
from services.intake.domain.records import CustomerRow, KnownCustomer, Taken
from services.intake.domain.report import ReportedCustomer
from services.intake.domain.vault import Vault
from services.intake.store import customer_names, customers
from services.intake.usecases.name_parts import parts
from shared.ids import new_id


class Raced(Exception):
    """A twin linked the same contact meanwhile: begin again, then the customer is found."""


def opened(row: CustomerRow, vault: Vault) -> KnownCustomer:
    """A customer with key and contact; once erased, what is sealed from now on opens for nobody."""
    if row.wrapped_key is None or row.contact is None:
        return KnownCustomer(row, vault.new_key(row.id)[0], Contact())
    key = vault.unwrap(row.wrapped_key, row.id)
    return KnownCustomer(row, key, Contact(**boxes.unseal(key, row.contact, f"contact/{row.id}")))


def new_customer(
    session: Session, taken: Taken, told: ReportedCustomer, clean: ReportedCustomer, learned: Contact,
    *, vault: Vault, now: datetime,
) -> KnownCustomer:  # fmt: skip
    """Add a customer. told: as reported, clean: redacted; learned: kept, links nothing. Raced."""
    customer_id = new_id()
    key, wrapped = vault.new_key(customer_id)
    contact = told.contact.filled_from(learned)
    company = clean.company if told.is_company else None
    row = CustomerRow(
        id=customer_id,
        number=taken.number,
        version=1,
        masked_name=contacts.masked_name(contact.name, company),
        kind="company" if told.is_company else "person",
        industry=clean.industry,
        tier=clean.tier,
        value=clean.value,
        company_name=company,
        source=clean.source,
        preferred_channel=told.preferred_channel,
        wrapped_key=wrapped,
        contact=boxes.seal(key, vars(contact), f"contact/{customer_id}"),
    )
    identities = contacts.identities(told.contact, vault.identity_key)
    customers.add(session, row, taken, now)
    if customers.link(session, customer_id, identities) != len(identities):
        raise Raced
    customer_names.add(session, customer_id, name_parts(vault, contact, row))
    events.customer_changed(session, row, now)
    return KnownCustomer(row, key, contact)


def complete_customer(
    session: Session, known: KnownCustomer, told: ReportedCustomer, clean: ReportedCustomer, learned: Contact,
    *, vault: Vault, now: datetime,
) -> KnownCustomer:  # fmt: skip
    """Gaps are filled, what is known stays: a channel that knows a number must not redirect notices."""
    if not _brings_news(known, told, clean, learned):
        return known
    known = opened(customers.locked(session, known.row.id), vault)
    row, before = known.row, known.contact
    contact = before.filled_from(told.contact).filled_from(learned)
    if contact != before and row.wrapped_key is not None:
        row = replace(row, contact=boxes.seal(known.key, vars(contact), f"contact/{row.id}"))
        customers.reseal(session, row)
        customers.link(session, row.id, contacts.identities(_filled(before, told.contact), vault.identity_key))
    public = _public_changes(row, contact, told, clean)
    if (contact.name, public.company_name) != (before.name, row.company_name) and row.wrapped_key is not None:
        customer_names.replace(session, row.id, name_parts(vault, contact, public))
    if public != row:
        row = replace(public, version=row.version + 1)
        customers.change(session, row)
        events.customer_changed(session, row, now)
    return KnownCustomer(row, known.key, contact)


def name_parts(vault: Vault, contact: Contact, row: CustomerRow) -> frozenset[str]:
    """What a search by name finds this customer by."""
    return parts(vault.name_key, contact.name, row.company_name)


def _brings_news(known: KnownCustomer, told: ReportedCustomer, clean: ReportedCustomer, learned: Contact) -> bool:
    contact = known.contact.filled_from(told.contact).filled_from(learned)
    return contact != known.contact or _public_changes(known.row, contact, told, clean) != known.row


def _filled(before: Contact, told: Contact) -> Contact:
    """The parts of a reported contact that fill a gap."""
    return Contact(**{f.name: getattr(told, f.name) for f in fields(told) if getattr(before, f.name) is None})


def _public_changes(row: CustomerRow, contact: Contact, told: ReportedCustomer, clean: ReportedCustomer) -> CustomerRow:
    company = row.company_name or (clean.company if told.is_company else None)
    return replace(
        row,
        kind="company" if company else row.kind,
        company_name=company,
        industry=row.industry or clean.industry,
        value=clean.value or row.value,
        source=row.source or clean.source,
        preferred_channel=row.preferred_channel or told.preferred_channel,
        masked_name=contacts.masked_name(contact.name, company),
    )
