"""What a customer may do about a demand as it stands. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from services.intake.domain.changes import CUSTOMER
from services.intake.domain.records import ChangeRow
from shared.policies.duties import Satisfaction
from shared.policies.model import Policy

_OPEN_AGAIN = frozenset({"done", "infeasible"})


@dataclass(frozen=True)
class Ways:
    """supplement: add words; answer: rate the result; dispute: object to it after the closing; withdraw: take it back;
    locked: it is closed and nothing opens it again, what comes up later is a demand of its own."""

    supplement: bool = False
    answer: bool = False
    dispute: bool = False
    withdraw: bool = False
    locked: bool = False


def ways(policy: Policy, demand: Mapping[str, Any], *, answered: bool) -> Ways:
    """What is open to the customer of a demand that goes on by itself.

    demand: {status, status_code, resolution, locked_at, withdrawn_at}; answered: whether the present result is, or,
    after the closing, was objected to.
    """
    if demand["withdrawn_at"] is not None:
        return Ways()
    if demand["status"] == "closed":
        again = not answered and may_dispute(policy, demand["status_code"], demand["resolution"], demand["locked_at"])
        return Ways(dispute=again, locked=not again)
    return Ways(
        supplement=True,
        answer=demand["status"] == "completed" and not answered,
        withdraw="withdraw" in policy.status(demand["status_code"]).actions,
    )


def may_dispute(policy: Policy, status_code: str, resolution: str | None, locked_at: object | None) -> bool:
    """Whether an objection still opens a closed demand: within the grace, to what was done or found infeasible."""
    return locked_at is None and resolution in _OPEN_AGAIN and "dispute" in policy.status(status_code).actions


def objections(policy: Policy) -> tuple[Satisfaction, ...]:
    """The levels of the policy's scale that say "not satisfied"."""
    return tuple(one for one in policy.feedback.levels if not one.satisfied)


def to_answer(changes: Iterable[ChangeRow], status: str) -> list[ChangeRow]:
    """The changes of the plan that wait for the customer's yes or no."""
    return [
        one
        for one in changes
        if status != "closed" and one.state == "open" and one.agreed is None and CUSTOMER in one.asked["approved_by"]
    ]


def signs(policy: Policy, satisfaction: str | None) -> bool:
    """Whether an answer of this level bears the customer's signature."""
    satisfied = {one.code for one in policy.feedback.levels if one.satisfied}
    rule = policy.feedback.signature
    return rule == "always" or (rule == "if_satisfied" and satisfaction in satisfied)
