"""Accept a demand: customer, vault, demand and events in one transaction."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from services.intake import events
from services.intake.domain import contact as contacts
from services.intake.domain import vault as boxes
from services.intake.domain.contact import Contact
from services.intake.domain.records import CustomerRow, NewDemand
from services.intake.domain.report import Report
from services.intake.domain.rules import Quality, Rules
from services.intake.domain.vault import Vault
from services.intake.store import customers, demands
from services.intake.usecases.allocate_numbers import Allocation
from shared.crashpoint import crashpoint
from shared.ids import new_id


class Raced(Exception):
    """A twin linked the same contact meanwhile: begin again, then the customer is found."""


@dataclass(frozen=True)
class Accepted:
    """What the channel is told."""

    id: str
    number: str
    policy: str
    policy_version: str
    received_at: datetime
    first_response_by: datetime | None
    quality: Quality


@dataclass(frozen=True)
class _Known:
    """The customer of this demand, its plain key and its whole contact."""

    row: CustomerRow
    key: bytes
    contact: Contact


def accept(session: Session, given: Allocation, *, rules: Rules, vault: Vault) -> Accepted:
    """Write everything that an accepted demand is made of; Raced when the allocation no longer holds."""
    crashpoint("intake.before_insert")
    reported = given.report.customer.contact
    redact = rules.redactor((*reported.values(), *_other_names(given.report)))
    clean = given.report.redacted(redact)
    known = (
        _new_customer(session, given, clean, vault) if given.customer is None else _known(session, given, clean, vault)
    )
    if given.customer is not None and known.contact != reported:
        # The vault may know more names and numbers of this customer than this report says.
        redact = rules.redactor((*reported.values(), *known.contact.values(), *_other_names(given.report)))
        clean = given.report.redacted(redact)
    demand = _demand(given, clean, known, rules)
    demands.add(session, demand)
    crashpoint("intake.after_insert")
    events.demand_received(
        session,
        demand,
        report=clean,
        channel=(given.channel.code, given.channel.kind),
        customer=known.row,
        quality=given.quality,
        reachable_by=known.contact.reachable_by(),
    )
    crashpoint("intake.before_commit")
    return Accepted(
        demand.id, demand.number, demand.policy, demand.policy_version, demand.received_at,
        demand.first_response_by, given.quality,
    )  # fmt: skip


def _other_names(report: Report) -> tuple[str, ...]:
    """A company's name is public; a person's employer is not ours to tell."""
    company = report.customer.company
    return (company,) if company and not report.customer.is_company else ()


def _new_customer(session: Session, given: Allocation, clean: Report, vault: Vault) -> _Known:
    customer_id = new_id()
    key, wrapped = vault.new_key(customer_id)
    told = given.report.customer
    company = clean.customer.company if told.is_company else None
    row = CustomerRow(
        id=customer_id,
        number=given.customer_number,
        version=1,
        masked_name=contacts.masked_name(told.contact.name, company),
        kind="company" if told.is_company else "person",
        industry=clean.customer.industry,
        tier=None,
        value=clean.customer.value,
        company_name=company,
        wrapped_key=wrapped,
        contact=boxes.seal(key, vars(told.contact), f"contact/{customer_id}"),
    )
    identities = contacts.identities(told.contact, vault.identity_key)
    customers.add(session, row, given.received_at)
    if customers.link(session, customer_id, identities) != len(identities):
        raise Raced
    events.customer_changed(session, row, given.received_at)
    return _Known(row, key, told.contact)


def _known(session: Session, given: Allocation, clean: Report, vault: Vault) -> _Known:
    """Gaps are filled, what is known stays: a channel that knows a number must not redirect notices."""
    assert given.customer is not None
    row = given.customer
    known = _opened(row, vault)
    if not _brings_news(known, given, clean):
        return known
    known = _opened(customers.locked(session, row.id), vault)
    row, merged = known.row, known.contact.filled_from(given.report.customer.contact)
    if merged != known.contact and row.wrapped_key is not None:
        sealed = boxes.seal(known.key, vars(merged), f"contact/{row.id}")
        row = replace(row, contact=sealed)
        customers.reseal(session, row)
        customers.link(session, row.id, contacts.identities(merged, vault.identity_key))
    public = _public_changes(row, merged, clean)
    if public != row:
        row = replace(public, version=row.version + 1)
        customers.change(session, row)
        events.customer_changed(session, row, given.received_at)
    return _Known(row, known.key, merged)


def _brings_news(known: _Known, given: Allocation, clean: Report) -> bool:
    merged = known.contact.filled_from(given.report.customer.contact)
    return merged != known.contact or _public_changes(known.row, merged, clean) != known.row


def _public_changes(row: CustomerRow, contact: Contact, clean: Report) -> CustomerRow:
    told = clean.customer
    company = row.company_name or (told.company if told.is_company else None)
    return replace(
        row,
        kind="company" if company else row.kind,
        company_name=company,
        industry=row.industry or told.industry,
        value=told.value or row.value,
        masked_name=contacts.masked_name(contact.name, company),
    )


def _opened(row: CustomerRow, vault: Vault) -> _Known:
    if row.wrapped_key is None or row.contact is None:  # erased: the demand is sealed with a key nobody keeps
        return _Known(row, vault.new_key(row.id)[0], Contact())
    key = vault.unwrap(row.wrapped_key, row.id)
    return _Known(row, key, Contact(**boxes.unseal(key, row.contact, f"contact/{row.id}")))


def _demand(given: Allocation, clean: Report, known: _Known, rules: Rules) -> NewDemand:
    demand_id = new_id()
    original = given.report.texts() | {"contact": vars(given.report.customer.contact)}
    policy = given.policy
    details = {
        "subject": clean.subject,
        "type": clean.type,
        "urgency": clean.urgency,
        "impact": dict(clean.impact),
        "expected_by": clean.expected_by,
        "order_number": clean.order_number,
        "product": clean.product,
        "mood": clean.mood,
        "wishes": clean.wishes,
        "budget": clean.budget,
        "feedback": dict(clean.feedback),
        "referral": dict(clean.referral),
        "related_number": clean.related_number,
        "fields": dict(clean.fields),
        "language": clean.language,
        "preferred_channel": clean.customer.preferred_channel,
    }
    return NewDemand(
        id=demand_id,
        number=given.number,
        channel_id=given.channel.id,
        customer_id=known.row.id,
        policy=policy.code,
        policy_version=policy.version,
        policy_sha256=policy.sha256,
        received_at=given.received_at,
        first_response_by=rules.promise(policy, given.report, given.received_at),
        description=clean.description,
        details={name: value for name, value in details.items() if value not in (None, {}, "")},
        quality={"vague": list(given.quality.vague), "missing": list(given.quality.missing)},
        original=boxes.seal(known.key, original, f"demand/{demand_id}"),
        department=given.channel.department,
    )
