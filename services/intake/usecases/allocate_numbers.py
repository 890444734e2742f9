"""Take the numbers of a demand and of a new customer, in a short transaction before the accept."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from services.intake.domain import numbering
from services.intake.domain.records import Taken
from services.intake.store import numbers
from services.intake.usecases.judge_report import Judged
from shared.policies.parts import Numbering


@dataclass(frozen=True)
class Allocation:
    """What is settled before the accept. customer is None where the customer is known."""

    judged: Judged
    demand: Taken
    customer: Taken | None
    received_at: datetime


def allocate(session: Session, judged: Judged, *, now: datetime) -> Allocation:
    """The demand's number by its policy, and a new customer's; now: the moment of receipt."""
    policy, department = judged.policy, judged.channel.department
    numbers.prepare(session)
    place = numbering.Place(now, policy.time_zone, department)
    customer = None
    if judged.customer is None:
        customer = _take(session, "customer", policy.code, policy.customer_numbering, place)
    number = customer.number if customer else judged.customer.row.number if judged.customer else ""
    place = numbering.Place(now, policy.time_zone, department, number)
    return Allocation(judged, _take(session, "demand", policy.code, policy.numbering, place), customer, now)


def _take(session: Session, kind: str, policy: str, rule: Numbering, place: numbering.Place) -> Taken:
    scope = numbering.scope(kind, policy, rule, place)
    sequence = numbers.take(session, scope)
    return Taken(scope, sequence, numbering.render(rule, place, sequence))
