"""Change requests 需求变更申请表: who has agreed, who is still to be asked, and what comes of it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from shared.policies.model import Policy

CUSTOMER = "customer"
OPEN, APPROVED, REFUSED = "open", "approved", "refused"


@dataclass(frozen=True)
class ChangeRow:
    """A change of a demand's plan, numbered from 1 within the demand.

    before: the expected finish when it was asked for; cost {amount, currency}; answers [{party, agreed, at, by,
    reason}] of those whom the policy names; state: open, approved, refused.
    """

    id: str
    demand_id: str
    number: int
    state: str
    what: str
    reason: str
    plan: str
    expected_finish: datetime | None
    cost: Mapping[str, Any] | None
    before: datetime | None
    requested_at: datetime
    requested_by: str
    answers: Sequence[Mapping[str, Any]] = ()
    decided_at: datetime | None = None


def outstanding(policy: Policy, row: ChangeRow) -> list[str]:
    """The roles, or the customer, who have not answered yet, in the policy's order."""
    asked = policy.change_requests.approved_by if policy.change_requests else ()
    return [party for party in asked if all(one["party"] != party for one in row.answers)]


def answered(policy: Policy, row: ChangeRow, answer: Mapping[str, Any], at: datetime) -> ChangeRow:
    """The change once somebody has answered, as in answers: one no refuses it, the last yes approves it."""
    found = replace(row, answers=[*row.answers, answer])
    if not answer["agreed"]:
        return replace(found, state=REFUSED, decided_at=at)
    return found if outstanding(policy, found) else replace(found, state=APPROVED, decided_at=at)
