"""What others tell about a demand: its customer through intake, time through the notifier."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.triage.domain import deadlines as clocks
from services.triage.domain.deadlines import NEVER_BREACHED
from services.triage.store import cases, heard
from services.triage.usecases import answer, change, communicate, customer, finish
from services.triage.usecases.case_file import Books, CaseFile
from shared.messaging.envelope import Event
from shared.messaging.errors import Waiting

_NOTES: Mapping[str, Callable[[CaseFile, Mapping[str, Any]], None]] = {
    "demand.supplemented.v1": customer.note_supplement,
    "demand.communicated.v1": communicate.note_communication,
    "demand.confirmed.v1": customer.note_confirmed,
    "demand.disputed.v1": customer.note_disputed,
    "demand.withdrawn.v1": customer.note_withdrawn,
    "change.confirmed.v1": change.note_confirmed,
    "change.declined.v1": change.note_declined,
}
HEARD = frozenset(_NOTES)
"""Events of intake about a demand that triage acts on."""


def hear(session: Session, event: Event, *, books: Books, now: datetime) -> None:
    """The customer said something; it stands in the timeline. Waiting when the demand is not here yet."""
    case = cases.lock_by_id(session, event.data["demand_id"])
    if case is None:
        raise Waiting("demand")
    heard.add(session, case.id, event, after=case.version, now=now)
    file = CaseFile(session, case, books, by="customer", now=now)
    _NOTES[event.name](file, event.data)
    file.told.append(event.name.rpartition(".v")[0])
    file.close_up()


def note(session: Session, event: Event, *, now: datetime) -> None:
    """Something came that changes nothing about the case, such as a file; it stands in the timeline. Waiting as hear().

    No clock hears of it and no status moves: whether a file answers a question is said by the supplement it came with.
    """
    case = cases.lock_by_id(session, event.data["demand_id"])
    if case is None:
        raise Waiting("demand")
    heard.add(session, case.id, event, after=case.version, now=now)


def hear_of_customer(session: Session, known: Mapping[str, Any], *, books: Books, now: datetime) -> None:
    """A customer is known otherwise now: every case of theirs that is not closed follows, in one lock after another."""
    for case in cases.lock_open_of_customer(session, known["number"]):
        file = CaseFile(session, case, books, by="customer", now=now)
        customer.note_customer(file, known)
        if file.changed:
            file.close_up()


def ring(session: Session, demand_id: str, deadline_id: str, *, due_at: datetime, at: datetime, books: Books) -> bool:
    """The moment of a deadline came: it is breached, or (no_answer) the demand is closed, or (grace) locked.

    True when something was. A timer of a deadline that was met, moved, paused or told before changes nothing.
    """
    case = cases.lock_by_id(session, demand_id)
    if case is None:
        return False
    file = CaseFile(session, case, books, by="time", now=at)
    found = next((one for one in file.deadlines if one.id == deadline_id), None)
    if found is None or not clocks.rings(found, due_at=due_at, at=at):
        return False
    if found.kind == "no_answer":
        if "no-answer" not in file.policy.status(case.status_code).actions:
            return False
        customer.close_case(file, file.next_status("no-answer"), "no_answer")
    elif found.kind == "grace":
        if case.status_category != "closed":
            return False
        finish.lock(file)
    elif found.kind in NEVER_BREACHED:
        return False
    else:
        file.breach(found, at)
        if found.kind == "acceptance":
            answer.take_back(file)
    file.close_up()
    return True


def recount(session: Session, demand_id: str, *, books: Books, now: datetime) -> None:
    """Count a demand's provisional deadlines anew: the calendar knows more holidays now."""
    case = cases.lock_by_id(session, demand_id)
    if case is None:
        return
    file = CaseFile(session, case, books, by="calendar", now=now)
    file.recount()
    file.close_up()
