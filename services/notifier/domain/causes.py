"""Causes of notices: what happened to a demand, and what its policy says of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shared.policies import interpret
from shared.policies.duties import Clock, Notice
from shared.policies.facts import Facts
from shared.policies.model import Policy

_OF_CLOCKS = frozenset({"timer.approaching", "timer.reached", "deadline.breached"})


@dataclass(frozen=True)
class Cause:
    """Something happened to a demand.

    event: its kind; key: names this very happening, the same in every copy; at: when it was; facts, as JSON holds
    them, each only where the event knows it: {due, before: moments in RFC 3339; reason, delay_reason; missing, vague:
    names; asked: text; result: [texts]; verdict: of a change; clock: code; department: whose deadline it was; status:
    code; rejection: kind}; decided {type, joint}: what triage had decided by then, None for what intake tells.
    """

    event: str
    key: str
    at: datetime
    facts: Mapping[str, Any] = field(default_factory=dict)
    decided: Mapping[str, Any] | None = None


def notices_for(policy: Policy, facts: Facts, cause: Cause) -> list[tuple[int, Notice]]:
    """What is sent: each notice with its place in the policy.

    Of a clock only those of its audience are told; when its moment comes, only by a clock that reminds: the others
    tell by being breached.
    """
    found = interpret.notices(policy, cause.event, facts, cause.facts.get("rejection"))
    if cause.event in _OF_CLOCKS:
        clock = clock_of(policy, cause.facts.get("clock"))
        told = clock is not None and (cause.event != "timer.reached" or clock.kind == "reminder")
        found = tuple(one for one in found if clock is not None and told and one.audience in clock.audience)
    return [(policy.notices.index(one), one) for one in found]


def clock_of(policy: Policy, code: str | None) -> Clock | None:
    """A policy's clock by its code, None when there is none."""
    return next((one for one in policy.clocks if one.code == code), None)
