"""A timer rings twice at most: near its deadline, and at it. Late is allowed, early never, paused not at all."""

from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True)
class DeadlineFacts:
    """What triage says of one deadline; code: the policy's clock. Moments are aware UTC."""

    id: str
    code: str
    kind: str
    due_at: datetime
    approaching_at: datetime | None
    met_at: datetime | None
    breached_at: datetime | None
    paused_at: datetime | None


@dataclass(frozen=True)
class TimerRow:
    """A timer; stage: approaching (rings before the deadline), reached (rings at it), done.

    next_at: when it rings next, None when done or while its deadline stands still since paused_at.
    """

    id: str
    demand_id: str
    code: str
    kind: str
    due_at: datetime
    stage: str
    next_at: datetime | None
    paused_at: datetime | None


def timer_of(deadline: DeadlineFacts, demand_id: str, before: TimerRow | None) -> TimerRow:
    """The timer as it must be now. A stage that rang for the same moment does not ring again."""
    due = deadline.due_at
    fresh = TimerRow(deadline.id, demand_id, deadline.code, deadline.kind, due, "reached", due, deadline.paused_at)
    if deadline.met_at is not None or deadline.breached_at is not None:
        return replace(fresh, stage="done", next_at=None)
    rang = before.stage if before is not None and before.due_at == due else "approaching"
    if rang == "done":
        return replace(fresh, stage="done", next_at=None)
    if rang == "approaching" and deadline.approaching_at is not None and deadline.approaching_at < due:
        fresh = replace(fresh, stage="approaching", next_at=deadline.approaching_at)
    return fresh if deadline.paused_at is None else replace(fresh, next_at=None)


def rung(timer: TimerRow) -> TimerRow:
    """The timer after its present ring."""
    if timer.stage == "approaching":
        return replace(timer, stage="reached", next_at=timer.due_at)
    return replace(timer, stage="done", next_at=None)
