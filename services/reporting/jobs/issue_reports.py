"""Every few seconds: reports whose moment has come are made."""

from services.reporting.usecases import issue_report
from services.reporting.usecases.count_handling import Books
from shared.clock import business_now
from shared.db import Database
from shared.logging import get_logger

log = get_logger()


def issue_reports(database: Database, books: Books) -> int:
    """Returns how many were made."""
    now = business_now()
    with database.read() as session:
        due = issue_report.due_now(session, books, now)
    made = 0
    for policy, code, period in due:
        with database.write() as session:
            row, new = issue_report.issue_report(session, policy, code, period, books=books, now=now)
        if new:
            made += 1
            log.info("report_issued", report_id=row.id, policy=policy, kind=code)
    return made
