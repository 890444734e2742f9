"""Take in what a CRM or staff know of a customer: found by its number there, else by phone or mail, else new."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from services.intake.domain import contact as contacts
from services.intake.domain.contact import Contact
from services.intake.domain.customer_numbers import NumberKey
from services.intake.domain.customer_records import CustomerRecord
from services.intake.domain.records import CustomerRow, Taken
from services.intake.domain.report import Report, ReportedCustomer
from services.intake.domain.vault import Vault
from services.intake.store import business, customer_numbers, customers
from services.intake.usecases.accept_demand import redactor
from services.intake.usecases.change_customer import Change, change_customer
from services.intake.usecases.keep_customer import Raced, new_customer
from services.intake.usecases.note_numbers import note
from shared.privacy import finder
from shared.refused import Refused

_LONGEST = 200  # a mark may be longer than what it stands for
_FACTS = ("industry", "value", "source", "preferred_channel", "tier")


class NumberNeeded(Exception):
    """The customer is new: take a number, then come again."""


@dataclass(frozen=True)
class Writer:
    """Who writes, and when. by: the caller's scope; taken: a number for a new customer."""

    by: str
    vault: Vault
    now: datetime
    taken: Taken | None = None


def find(session: Session, key: NumberKey, contact: Contact, vault: Vault) -> CustomerRow | None:
    """The customer that a system means, locked; of a merged one, the one that goes on for it."""
    holder = customer_numbers.owner(session, key)
    if holder is not None:
        row: CustomerRow | None = customers.survivor(session, customers.by_id(session, holder))
    else:
        row = customers.linked(session, contacts.identities(contact, vault.identity_key))
    if row is None:
        return None
    row = customers.locked(session, row.id)
    if row.merged_into is not None:  # merged between the two statements
        raise Raced
    return row


def sync(
    session: Session, row: CustomerRow | None, key: NumberKey, record: CustomerRecord, writer: Writer
) -> tuple[CustomerRow, bool]:
    """What find() found brought to what the record says; (the customer, whether it is new). Said once more, nothing.

    The record counts for what it names and empties nothing. NumberNeeded, Raced. Refused 409: contact-taken,
    number-taken, numbers-full, customer-erased; 422 customer-empty: a new one of whom nothing is said.
    """
    created = row is None
    row = _created(session, record, writer) if row is None else _changed(session, row, record, writer)
    try:
        note(session, row.id, [key], by=writer.by, now=writer.now)
    except Refused:
        if created:  # a twin told of the same customer meanwhile
            raise Raced from None
        raise
    note(session, row.id, record.numbers, by=writer.by, now=writer.now)
    if record.business is not None:
        redact = finder.redactor(record.told.contact.values())
        told = [replace(one, system=key.system, name=redact(one.name)[:_LONGEST]) for one in record.business]
        business.replace(session, row.id, key.system, told)
    return row, created


def create(session: Session, record: CustomerRecord, writer: Writer) -> CustomerRow:
    """A customer that nobody knows yet. NumberNeeded, Raced. Refused 409: contact-taken, number-taken; 422."""
    if customers.linked(session, contacts.identities(record.told.contact, writer.vault.identity_key)) is not None:
        raise Refused("contact-taken", "A phone or mail address belongs to another customer")
    row = _created(session, record, writer)
    note(session, row.id, record.numbers, by=writer.by, now=writer.now)
    return row


def _created(session: Session, record: CustomerRecord, writer: Writer) -> CustomerRow:
    told, clean = record.told, _clean(record.told)
    if not told.contact.values() and not told.company:
        raise Refused("customer-empty", "A new customer needs a name, a company or a contact", 422)
    if writer.taken is None:
        raise NumberNeeded
    return new_customer(session, writer.taken, told, clean, Contact(), vault=writer.vault, now=writer.now).row


def _changed(session: Session, row: CustomerRow, record: CustomerRecord, writer: Writer) -> CustomerRow:
    told, clean = record.told, _clean(record.told)
    facts = {name: value for name in _FACTS if (value := getattr(clean, name)) is not None}
    if clean.company is not None and told.is_company:
        facts["company_name"] = clean.company
    kind = told.kind or ("company" if told.company else None)
    facts |= {"kind": kind} if kind else {}
    contact = {name: value for name, value in vars(told.contact).items() if value is not None}
    return change_customer(session, row, Change(facts, contact, writer.by), vault=writer.vault, now=writer.now)


def _clean(told: ReportedCustomer) -> ReportedCustomer:
    report = Report(customer=told)
    return report.redacted(redactor(report)).customer
