"""Deadlines of one demand: made from the policy's clocks, met by an answer, breached by time."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from services.triage.domain.records import DeadlineRow
from shared.policies import interpret
from shared.policies.model import Policy

FIRST_RESPONSE = "first_response"
_LONGEST_ID = 100


def first_deadlines(policy: Policy, level: str, demand_id: str, received_at: datetime) -> tuple[DeadlineRow, ...]:
    """All clocks of a priority level in their first cycle; none is provisional while spans are elapsed hours."""
    return tuple(
        DeadlineRow(
            id=deadline_id(demand_id, due.clock.code, 1, 1),
            demand_id=demand_id,
            code=due.clock.code,
            kind=due.clock.kind,
            cycle=1,
            occurrence=1,
            due_at=due.due_at,
            approaching_at=due.approaching_at,
            provisional=False,
            met_at=None,
            breached_at=None,
        )
        for due in interpret.deadlines(policy, level, received_at)
    )


def deadline_id(demand_id: str, code: str, cycle: int, occurrence: int) -> str:
    """<demand id>/<clock>/<cycle>/<occurrence>; a hash stands for what is longer than 100 characters."""
    whole = f"{demand_id}/{code}/{cycle}/{occurrence}"
    return whole if len(whole) <= _LONGEST_ID else f"{demand_id}/{hashlib.sha256(whole.encode()).hexdigest()[:32]}"


def with_first_response(deadlines: Sequence[DeadlineRow], now: datetime) -> list[DeadlineRow]:
    """The same deadlines, those of the first response met now unless they were met before; late is breached."""
    return [_met(one, now) if one.kind == FIRST_RESPONSE and one.met_at is None else one for one in deadlines]


def _met(deadline: DeadlineRow, now: datetime) -> DeadlineRow:
    late = now if deadline.due_at < now else None
    return replace(deadline, met_at=now, breached_at=deadline.breached_at or late)


def is_breached(deadline: DeadlineRow, *, due_at: datetime, at: datetime) -> bool:
    """Whether a timer that was set for due_at and rang at `at` tells a breach not yet told."""
    still_open = deadline.met_at is None and deadline.breached_at is None
    return still_open and deadline.due_at == due_at and deadline.due_at <= at
