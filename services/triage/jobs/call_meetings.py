"""Every second: weekly meetings whose agenda is due are called, those whose time is over are missed."""

from services.triage.store import meetings
from services.triage.usecases import hold_meeting
from services.triage.usecases.case_file import Books
from shared.clock import business_now
from shared.db import Database
from shared.logging import get_logger

log = get_logger()
CHUNK = 100


def call_meetings(database: Database, books: Books) -> int:
    """One transaction each; returns how many changed."""
    now = business_now()
    with database.read() as session:
        due = hold_meeting.due_now(session, books, now)
        over = meetings.overdue(session, now, CHUNK)
    for one in due:
        with database.write() as session:
            row = hold_meeting.call(session, one, now)
        log.info("meeting_called", period=row.id, count=len(row.items))
    missed = 0
    for meeting_id in over:
        with database.write() as session:
            if hold_meeting.miss(session, meeting_id, now):
                missed += 1
                log.warning("meeting_missed", period=meeting_id)
    return len(due) + missed


def waiting(database: Database, books: Books) -> int:
    """How many meetings are to be called or missed now, for whoever waits for quiet."""
    now = business_now()
    with database.read() as session:
        return len(hold_meeting.due_now(session, books, now)) + len(meetings.overdue(session, now, CHUNK))
