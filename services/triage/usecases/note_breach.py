"""Say that a deadline was breached, once: the notifier keeps time, triage owns the deadline."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from services.triage import events
from services.triage.domain.deadlines import is_breached
from services.triage.store import cases, deadlines


def note_breach(session: Session, demand_id: str, deadline_id: str, *, due_at: datetime, at: datetime) -> bool:
    """Compare a timer that was set for due_at and rang at `at` with the deadline as it stands; True when breached.

    A timer of a deadline that was met, moved or told before changes nothing.
    """
    case = cases.lock_by_id(session, demand_id)
    if case is None:
        return False
    found = next((one for one in deadlines.of_demand(session, demand_id) if one.id == deadline_id), None)
    if found is None or not is_breached(found, due_at=due_at, at=at):
        return False
    breached = replace(found, breached_at=at)
    deadlines.change(session, breached)
    case = replace(case, version=case.version + 1)
    cases.change(session, case)
    events.deadline_breached(session, case, breached, at)
    return True
