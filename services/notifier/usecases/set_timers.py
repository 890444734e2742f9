"""Set a demand's timers by the whole set of its deadlines; what triage no longer names is cancelled."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from services.notifier.domain.timers import DeadlineFacts, timer_of
from services.notifier.store import timers


def set_timers(session: Session, demand_id: str, deadlines: Sequence[DeadlineFacts]) -> None:
    """The demand itself need not be known yet."""
    there = timers.of_demand(session, demand_id)
    before = {timer.id: timer for timer in there}
    timers.replace(session, there, [timer_of(one, demand_id, before.get(one.id)) for one in deadlines])
