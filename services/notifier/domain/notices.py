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
    """

    kind: str
    audience: str
    recipient: str
    carrier: str
    wording: int


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

    reason: a stable word; wait: how long the other side asks us to; people: staff ids; gone: never send there again.
    """

    state: str
    reason: str | None = None
    wait: timedelta | None = None
    people: tuple[str, ...] = ()
    gone: bool = False


@dataclass(frozen=True)
class Asked:
    """Whom triage is asked for: one person, or a department's people with a role (None: all who work on demands)."""

    staff_id: str | None = None
    department: str | None = None
    role: str | None = None


def whom(audience: str, policy: Policy, *, lead: str | None, handler_id: str | None) -> Asked | None:
    """The people behind an audience; None while triage has not said who leads.

    The handler, where there is one of ours; the lead of the department that a role of the policy always belongs to;
    in all other cases the department that leads.
    """
    if audience == "handler" and handler_id is not None:
        return Asked(staff_id=handler_id)
    own = next((one.department for one in policy.roles if one.code == audience), None)
    if own is not None:
        return Asked(department=own, role="lead")
    return None if lead is None else Asked(department=lead)


def pause(attempt: int, jitter: float, wish: timedelta | None = None) -> timedelta:
    """How long to wait after so many attempts: doubling and bounded, not less than the other side's bounded wish.

    jitter: 0.75 to 1.25.
    """
    own = min(_FIRST_PAUSE * 2 ** min(attempt, 20), _LONGEST_PAUSE) * jitter
    return max(own, min(wish or own, _LONGEST_WISH))


def settled(outcome: Outcome, attempt: int) -> Outcome:
    """A retry that would be one too many is a failure."""
    return Outcome("failed", "gave_up") if outcome.state == "retry" and attempt >= MOST_ATTEMPTS else outcome
