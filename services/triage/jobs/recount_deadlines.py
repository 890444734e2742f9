"""Every minute: deadlines that were counted before a year's holidays were published, once they are."""

from services.triage.store import deadlines
from services.triage.usecases.case_file import Books
from services.triage.usecases.listen import recount
from shared.clock import business_now
from shared.db import Database
from shared.logging import get_logger

log = get_logger()
CHUNK = 100


def recount_deadlines(database: Database, books: Books) -> int:
    """Recount up to 100 demands of each calendar, one transaction each; returns how many."""
    done = 0
    for code in {one.code for one in books.calendars.all()}:
        newest = books.calendars.effective(code)
        with database.read() as session:
            found = deadlines.provisional(session, code, newest.version, CHUNK)
        for demand_id in found:
            with database.write() as session:
                recount(session, demand_id, books=books, now=business_now())
        done += len(found)
        if found:
            log.info("deadlines_recounted", calendar=f"{code}/{newest.version}", count=len(found))
    return done
