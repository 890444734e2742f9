"""Notices: to whom, how often they are tried, when they are given up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from shared.policies.model import Policy

MOST_ATTEMPTS = 12
LEASE = timedelta(seconds=30)
CUSTOMER = "customer"
SETTLED = frozenset({"sent", "failed"})
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=2), timedelta(minutes=15)
_LONGEST_WISH = timedelta(hours=1)


@dataclass(frozen=True)
class Wanted:
    """A notice to be planned; wording: the place of its text in the policy's notices.

    recipient: `customer`, `staff:<id>`, `audience:<role>` (people still to be found) or `webhook:<subscription id>`.
    why, instead_of: see Reached; None for whom nobody had to be found.
    """

    kind: str
    audience: str
    recipient: str
    carrier: str
    wording: int
    why: str | None = None
    instead_of: str | None = None


@dataclass(frozen=True)
class Planned:
    """A notice that somebody has taken on, with what is known of its demand, and the lease under which it is sent."""

    id: str
    demand_id: str
    number: str
    event: str
    cause: str
    happened_at: datetime
    kind: str
    audience: str
    recipient: str
    carrier: str
    wording: int
    facts: Mapping[str, Any]
    message_id: str
    attempt: int
    lease: str
    policy: str
    policy_version: str
    language: str
    customer_number: str
    lead: str | None
    handler_id: str | None


@dataclass(frozen=True)
class Outcome:
    """How one attempt ended. state: sent, failed (for good), retry, or addressed: people are found to send it to.

    reason: a stable word; wait: how long the other side asks us to; people: found; gone: never send there again.
    """

    state: str
    reason: str | None = None
    wait: timedelta | None = None
    people: tuple["Reached", ...] = ()
    gone: bool = False


@dataclass(frozen=True)
class Asked:
    """Whom triage is asked for, link by link: it answers with the first one in which somebody is here.

    staff_id: one person; policy_role: who holds it; department, role: its people (role None: all who work on demands);
    desk: the department that sorts what nobody else has. After all of them come the managers.
    """

    staff_id: str | None = None
    policy_role: str | None = None
    department: str | None = None
    role: str | None = None
    desk: str | None = None


@dataclass(frozen=True)
class Reached:
    """Somebody whom a notice is for. why: the link of the chain; instead_of: the staff id of who is away."""

    staff_id: str
    why: str
    instead_of: str | None = None


def whom(audience: str, policy: Policy, *, lead: str | None, handler_id: str | None) -> Asked | None:
    """The people behind an audience; None while triage has not said who leads.

    The handler, where there is one of ours, else the department; who holds a role of the policy, else the lead of the
    department that it always belongs to; the leads, where the role is theirs; in all other cases the department that
    leads.
    """
    desk = policy.undecided
    if audience == "handler" and handler_id is not None:
        return Asked(staff_id=handler_id, department=lead, role="lead", desk=desk)
    role = next((one for one in policy.roles if one.code == audience), None)
    held = None if role is None else f"{policy.code}.{role.code}"
    if role is not None and role.department is not None:
        return Asked(policy_role=held, department=role.department, role="lead", desk=desk)
    if lead is None:
        return None
    leads = "lead" if role is not None and role.held_by == "lead" else None
    return Asked(policy_role=held, department=lead, role=leads, desk=desk)


def pause(attempt: int, jitter: float, wish: timedelta | None = None) -> timedelta:
    """How long to wait after so many attempts: doubling and bounded, not less than the other side's bounded wish.

    jitter: 0.75 to 1.25.
    """
    own = min(_FIRST_PAUSE * 2 ** min(attempt, 20), _LONGEST_PAUSE) * jitter
    return max(own, min(wish or own, _LONGEST_WISH))


def settled(outcome: Outcome, attempt: int) -> Outcome:
    """A retry that would be one too many is a failure."""
    return Outcome("failed", "gave_up") if outcome.state == "retry" and attempt >= MOST_ATTEMPTS else outcome
