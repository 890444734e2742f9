"""Accept a demand: customer, vault, demand and events in one transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.intake import events
from services.intake.domain import attachments as files
from services.intake.domain import details, rules
from services.intake.domain import vault as boxes
from services.intake.domain.contact import Contact
from services.intake.domain.records import KnownCustomer, NewDemand
from services.intake.domain.report import Report
from services.intake.domain.rules import Quality, Rules
from services.intake.domain.vault import Vault
from services.intake.store import demands
from services.intake.usecases.allocate_numbers import Allocation
from services.intake.usecases.attach import Giver, keep
from services.intake.usecases.judge_report import Judged
from services.intake.usecases.keep_customer import complete_customer, new_customer
from shared.crashpoint import crashpoint
from shared.ids import new_id
from shared.privacy import finder


@dataclass(frozen=True)
class Accepted:
    """What the channel is told. version: of the demand's stream, which tells of its attachments too."""

    id: str
    number: str
    customer_id: str
    policy: str
    policy_version: str
    received_at: datetime
    first_response_by: datetime | None
    quality: Quality
    version: int = 1


def accept(
    session: Session, given: Allocation, *, installed: Rules, vault: Vault, taken_by: str | None = None
) -> Accepted:
    """Write everything that an accepted demand is made of; Raced when the allocation no longer holds.

    taken_by: the scope of whoever of the staff talked with the customer and wrote it down, None where nobody did.
    """
    crashpoint("intake.before_insert")
    judged = given.judged
    before = judged.customer.contact if judged.customer else Contact()
    # The vault may know more names and numbers of this customer than this report says, and even more by now.
    expected = before.filled_from(judged.report.customer.contact).filled_from(judged.learned)
    redact = redactor(judged.report, before, judged.learned)
    clean = judged.report.redacted(redact)
    customer = _customer(session, given, clean, vault)
    if customer.contact != expected:
        redact = redactor(judged.report, customer.contact, judged.learned)
        clean = judged.report.redacted(redact)
    demand = _demand(given, clean, customer, installed, taken_by)
    demands.add(session, demand)
    crashpoint("intake.after_insert")
    events.demand_received(
        session,
        demand,
        report=details.without_sensitive(judged.policy, clean),
        channel=judged.channel,
        customer=customer.row,
        known_customer=judged.customer is not None,
        reachable_by=customer.contact.reachable_by(),
        taken_by=taken_by,
        now=given.now,
    )
    came = files.distinct(judged.report.attachments)
    if came:
        giver = Giver(customer, redact, taken_by or f"channel:{judged.channel.id}", given.now)
        keep(session, demand, came, giver, version=events.FIRST)
    crashpoint("intake.before_commit")
    return Accepted(
        demand.id, demand.number, demand.customer_id, demand.policy, demand.policy_version, demand.received_at,
        demand.first_response_by, judged.quality, demand.version,
    )  # fmt: skip


def redactor(report: Report, *contacts: Contact) -> Callable[[str], str]:
    """Takes personal data out of one report's texts: what the finder finds, and this customer's own values.

    A company's name is public; a person's employer is not ours to tell.
    """
    company = report.customer.company
    employer = (company,) if company and not report.customer.is_company else ()
    known = (report.customer.contact, *contacts)
    return finder.redactor(dict.fromkeys((*(value for one in known for value in one.values()), *employer)))


def _customer(session: Session, given: Allocation, clean: Report, vault: Vault) -> KnownCustomer:
    judged, now = given.judged, given.now
    told = judged.report.customer
    if judged.customer is not None:
        return complete_customer(
            session, judged.customer, told, clean.customer, judged.learned, vault=vault, now=now
        )  # fmt: skip
    assert given.customer is not None
    return new_customer(session, given.customer, told, clean.customer, judged.learned, vault=vault, now=now)


def _demand(
    given: Allocation, clean: Report, customer: KnownCustomer, installed: Rules, taken_by: str | None
) -> NewDemand:
    judged, policy = given.judged, given.judged.policy
    demand_id, historic = new_id(), clean.historic
    status = policy.status(historic.status) if historic else policy.statuses[0]
    return NewDemand(
        id=demand_id,
        number=given.demand.number,
        number_scope=given.demand.scope,
        number_sequence=given.demand.sequence,
        channel_id=judged.channel.id,
        customer_id=customer.row.id,
        policy=policy.code,
        policy_version=policy.version,
        policy_sha256=policy.sha256,
        received_at=given.received_at,
        first_response_by=None if historic else _promised(given, installed),
        description=clean.description,
        details=_details(judged, clean, given.demand.number, taken_by),
        quality=judged.quality.shown(),
        original=boxes.seal(customer.key, judged.words.words(), f"demand/{demand_id}"),
        department=judged.channel.department,
        status_code=status.code,
        status=status.category,
        version=events.FIRST + len(files.distinct(judged.report.attachments)),
        result=_result(historic.result) if historic and historic.result else None,
        order_number=details.order_number(clean),
    )


def _promised(given: Allocation, installed: Rules) -> datetime | None:
    policy = given.judged.policy
    calendar = installed.calendar(policy.calendar)
    return rules.promised(policy, calendar, given.judged.report.urgency, given.received_at)


def _result(conclusion: str) -> dict[str, Any]:
    return {"conclusion": conclusion, "next_step": None, "notes": None}


def _details(judged: Judged, clean: Report, number: str, taken_by: str | None) -> dict[str, Any]:
    kept = details.kept(
        details.without_sensitive(judged.policy, clean),
        given=judged.given,
        unreadable=judged.unreadable,
    )
    kept["known_customer"] = judged.customer is not None
    if taken_by is not None:
        kept["taken_by"] = taken_by
    # Policy A: the only contact in the record is the internal ticket number.
    return kept if judged.policy.privacy.contact_in_record else {**kept, "ticket_number": number}
