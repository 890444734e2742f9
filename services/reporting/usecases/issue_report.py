"""Compute a report and keep it as it stood."""

from datetime import datetime

from sqlalchemy.orm import Session

from services.reporting import events
from services.reporting.domain import report_periods
from services.reporting.domain.records import FINAL, ReportRow
from services.reporting.domain.report_content import content_of, digest, report_of
from services.reporting.store import demands, material, reports
from services.reporting.usecases.count_handling import Books
from services.reporting.usecases.keep_archives import in_force, policy_in_force
from shared.calendars.days import local
from shared.clock import format_time


def issue_report(
    session: Session, code: str, kind: str | None, period: str | None, *, books: Books, now: datetime
) -> tuple[ReportRow, bool]:
    """The report of a policy's period, computed unless it is kept already; (row, whether it is new).

    kind: the report's code, else the policy's first; period: else the one that ended last. While a period runs, the
    report is an edition of its own that says so, and nobody is told of it. Refused 404 policy-unknown,
    report-unknown, 422 for a period that is none or has not begun.
    """
    policy = policy_in_force(books, code, now)
    report = report_of(policy, kind)
    today, _ = local(books.calendars.effective(policy.calendar), now)
    if period is None:
        running = report_periods.containing(report, today)
        wanted = report_periods.before(report, running)
    else:
        wanted = report_periods.period_of(report, period)
    edition = FINAL if report_periods.is_over(wanted, now) else format_time(now)
    known = reports.of_period(session, policy.code, report.code, wanted.key, edition)
    if known is not None:
        return known, False
    figures = material.of(session, policy, wanted.days)
    content = content_of(report, figures, wanted, edition=edition, now=now)
    row, new = reports.add(
        session,
        {
            "policy": policy.code,
            "policy_version": policy.version,
            "code": report.code,
            "period": wanted.key,
            "edition": edition,
            "issued_at": now,
            "content": content,
            "figures_sha256": digest(content),
        },
    )
    if new and edition == FINAL:
        events.report_issued(session, row, now)
    return row, new


def due_now(session: Session, books: Books, now: datetime) -> list[tuple[str, str, str]]:
    """(policy, report, period) of the reports whose moment has come and that are not kept."""
    made = reports.last_periods(session)
    found = []
    for policy in in_force(books, now):
        calendar = books.calendars.effective(policy.calendar)
        for report in policy.reports:
            last = made.get((policy.code, report.code))
            first = demands.first_received(session, policy.code) if last is None else None
            periods = report_periods.due_periods(report, calendar, last=last, first_received=first, now=now)
            found += [(policy.code, report.code, one.key) for one in periods]
    return found
