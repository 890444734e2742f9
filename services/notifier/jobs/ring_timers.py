"""Ten times a second: timers whose moment has come."""

from services.notifier.store import timers
from services.notifier.usecases.ring_timers import ring_due
from services.notifier.usecases.tell import Planner
from shared.clock import business_now, system_now
from shared.db import Database


def ring_timers(database: Database, planner: Planner) -> int:
    """Returns how many rang. Looks before it locks: most of the time there is nothing."""
    with database.read() as session:
        due = timers.count_due(session, business_now())
    if not due:
        return 0
    with database.write() as session:
        return ring_due(session, business_now(), planner=planner, now=system_now())
