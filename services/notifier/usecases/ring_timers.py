"""Ring the timers that are due."""

from datetime import datetime

from sqlalchemy.orm import Session

from services.notifier import events
from services.notifier.domain.causes import Cause
from services.notifier.domain.timers import TimerRow, rung
from services.notifier.store import timers
from services.notifier.usecases.tell import Planner, tell
from shared.clock import format_time

BATCH = 100


def ring_due(session: Session, at: datetime, *, planner: Planner, now: datetime) -> int:
    """Ring up to BATCH timers, each once; what is told of it is told in the same transaction. Returns how many.

    at: business time; now: system time.
    """
    done = 0
    due = timers.due(session, at, BATCH)
    for timer in sorted(due, key=lambda one: (one.demand_id, one.id)):  # one order of locks, whoever else takes some
        if timers.move(session, timer, rung(timer)):
            tell(session, timer.demand_id, _cause(timer, at), by_triage=True, planner=planner, now=now)
            events.timer_rang(session, timer, at)
            done += 1
    return done


def _cause(timer: TimerRow, at: datetime) -> Cause:
    """A deadline that was moved rings anew, and that is another cause."""
    event, due = f"timer.{timer.stage}", format_time(timer.due_at)
    return Cause(event, f"{event}/{timer.id}/{due}", at, {"due": due, "clock": timer.code})
