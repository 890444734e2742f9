"""A timer rings twice at most: near its deadline, and at it. Late is allowed, early never."""

from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True)
class DeadlineFacts:
    """What triage says of one deadline. Moments are aware UTC."""

    id: str
    kind: str
    due_at: datetime
    approaching_at: datetime | None
    met_at: datetime | None
    breached_at: datetime | None


@dataclass(frozen=True)
class TimerRow:
    """A timer; stage: approaching (rings before the deadline), reached (rings at it), done."""

    id: str
    demand_id: str
    kind: str
    due_at: datetime
    stage: str
    next_at: datetime | None


def timer_of(deadline: DeadlineFacts, demand_id: str, before: TimerRow | None) -> TimerRow:
    """The timer as it must be now. A stage that rang for the same moment does not ring again."""
    fresh = TimerRow(deadline.id, demand_id, deadline.kind, deadline.due_at, "reached", deadline.due_at)
    if deadline.met_at is not None or deadline.breached_at is not None:
        return replace(fresh, stage="done", next_at=None)
    if before is not None and before.due_at == deadline.due_at and before.stage != "approaching":
        return replace(fresh, stage=before.stage, next_at=before.next_at)
    if deadline.approaching_at is not None and deadline.approaching_at < deadline.due_at:
        return replace(fresh, stage="approaching", next_at=deadline.approaching_at)
    return fresh


def rung(timer: TimerRow) -> TimerRow:
    """The timer after its present ring."""
    if timer.stage == "approaching":
        return replace(timer, stage="reached", next_at=timer.due_at)
    return replace(timer, stage="done", next_at=None)
