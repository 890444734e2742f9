"""Ring the timers that are due."""

from datetime import datetime

from sqlalchemy.orm import Session

from services.notifier import events
from services.notifier.domain.timers import rung
from services.notifier.store import timers

BATCH = 100


def ring_due(session: Session, now: datetime) -> int:
    """Ring up to BATCH timers, each once, and tell it in the same transaction; returns how many. now: business time."""
    done = 0
    for timer in timers.due(session, now, BATCH):
        if timers.move(session, timer, rung(timer)):
            events.timer_rang(session, timer, now)
            done += 1
    return done
