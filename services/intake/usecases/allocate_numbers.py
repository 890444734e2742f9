"""Take the numbers of a demand and of a new customer, in a short transaction before the accept."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from services.intake.domain import numbering
from services.intake.domain.records import Taken
from services.intake.store import numbers
from services.intake.usecases.judge_report import Judged
from shared.policies.model import Policy
from shared.policies.parts import Numbering


@dataclass(frozen=True)
class Allocation:
    """What is settled before the accept. customer is None where the customer is known; now: when it is accepted."""

    judged: Judged
    demand: Taken
    customer: Taken | None
    received_at: datetime
    now: datetime


def allocate(session: Session, judged: Judged, *, now: datetime) -> Allocation:
    """Take numbers in a transaction that does nothing else, so that its commit need not wait for the disk."""
    numbers.prepare(session)
    return take_numbers(session, judged, now=now)


def take_numbers(session: Session, judged: Judged, *, now: datetime) -> Allocation:
    """The demand's number by its policy, and a new customer's, at now; a historic row is numbered at its own time."""
    policy, department = judged.policy, judged.channel.department
    received_at = (judged.report.occurred_at or now) if judged.report.historic else now
    place = numbering.Place(received_at, policy.time_zone, department)
    customer = None
    if judged.customer is None:
        customer = _take(session, "customer", policy.code, policy.customer_numbering, place)
    number = customer.number if customer else judged.customer.row.number if judged.customer else ""
    place = numbering.Place(received_at, policy.time_zone, department, number)
    taken = _take(session, "demand", policy.code, policy.numbering, place)
    return Allocation(judged, taken, customer, received_at, now)


def take_customer_number(session: Session, policy: Policy, department: str, *, now: datetime) -> Taken:
    """A number for a customer without a demand, by a policy, in a transaction that does nothing else."""
    numbers.prepare(session)
    place = numbering.Place(now, policy.time_zone, department)
    return _take(session, "customer", policy.code, policy.customer_numbering, place)


def _take(session: Session, kind: str, policy: str, rule: Numbering, place: numbering.Place) -> Taken:
    scope = numbering.scope(kind, policy, rule, place)
    sequence = numbers.take(session, scope)
    return Taken(scope, sequence, numbering.render(rule, place, sequence))
