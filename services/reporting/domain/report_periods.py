"""The periods that reports are about: weeks 2024-W41, months 2024-10, quarters 2024Q4. Pure."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.reporting.domain.filing import Month, last_morning
from services.reporting.domain.period import Period
from shared.calendars.days import local
from shared.calendars.model import Calendar
from shared.calendars.working_time import next_opening
from shared.policies.duties import Report
from shared.refused import Refused, wrong

_DAY = timedelta(days=1)
_WEEK = re.compile(r"([0-9]{4})-W([0-9]{2})")
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
_QUARTER = re.compile(r"([0-9]{4})Q([1-4])")
_EARLIEST, _LATEST = 1900, 2199


@dataclass(frozen=True)
class ReportPeriod:
    """key: as it is written; days: what it covers."""

    key: str
    days: Period


def period_of(report: Report, key: str) -> ReportPeriod:
    """The period with this key; Refused 422 when it is none of the report's kind."""
    try:
        day = _PARSERS[report.every](key)
    except ValueError:
        raise wrong("/period", "period", f"A {report.every} as {_WRITTEN[report.every]}") from None
    return containing(report, day)


def containing(report: Report, day: date) -> ReportPeriod:
    """The report's period that a day lies in; weeks begin on Monday."""
    if report.every == "week":
        first = day - timedelta(days=day.weekday())
        year, week, _ = first.isocalendar()
        return ReportPeriod(f"{year:04}-W{week:02}", Period(first, first + timedelta(days=6)))
    if report.every == "month":
        return ReportPeriod(f"{day.year:04}-{day.month:02}", Period(day.replace(day=1), _end_of_month(day)))
    quarter = (day.month - 1) // 3 + 1
    first = date(day.year, 3 * quarter - 2, 1)
    return ReportPeriod(f"{day.year:04}Q{quarter}", Period(first, _end_of_month(date(day.year, 3 * quarter, 1))))


def before(report: Report, period: ReportPeriod) -> ReportPeriod:
    """The period before one."""
    return containing(report, period.days.first - _DAY)


def made_at(report: Report, calendar: Calendar, period: ReportPeriod) -> datetime:
    """When a period's report is made, aware UTC: what is told later is in none of its figures.

    With a due day in the morning of the last working day on which it can still be there, else when the first working
    day after the period opens (ours).
    """
    if report.due_day is None:
        return next_opening(calendar, period.days.ends)
    after = period.days.last + _DAY
    return max(last_morning(calendar, Month(after.year, after.month), report.due_day), period.days.ends)


def latest_due(report: Report, calendar: Calendar, now: datetime) -> ReportPeriod:
    """The last period whose report is to be there by now."""
    day, _ = local(calendar, now)
    period = containing(report, day)
    while made_at(report, calendar, period) > now:
        period = before(report, period)
    return period


def due_periods(
    report: Report, calendar: Calendar, *, last: str | None, first_received: datetime | None, now: datetime
) -> list[ReportPeriod]:
    """The periods whose reports are to be made now, the oldest first.

    last: key of the newest one that is made; without any, the newest due by now comes, provided that a demand had come
    in by its end (first_received).
    """
    latest = latest_due(report, calendar, now)
    if last is None:
        return [latest] if first_received is not None and first_received < latest.days.ends else []
    missing = []
    period = containing(report, period_of(report, last).days.last + _DAY)
    while period.days.first <= latest.days.first:
        missing.append(period)
        period = containing(report, period.days.last + _DAY)
    return missing


def is_over(period: ReportPeriod, now: datetime) -> bool:
    """Whether the period has ended. Refused 422 for one that has not begun."""
    if period.days.begins > now:
        raise Refused(
            "validation-failed",
            "The content does not fit",
            422,
            [{"pointer": "/period", "code": "future", "message": "This period has not begun"}],
        )
    return period.days.ends <= now


def _week(text: str) -> date:
    found = _WEEK.fullmatch(text)
    if found is None:
        raise ValueError
    return date.fromisocalendar(_year(found[1]), int(found[2]), 1)


def _month(text: str) -> date:
    found = _MONTH.fullmatch(text)
    if found is None:
        raise ValueError
    return date(_year(found[1]), int(found[2]), 1)


def _quarter(text: str) -> date:
    found = _QUARTER.fullmatch(text)
    if found is None:
        raise ValueError
    return date(_year(found[1]), 3 * int(found[2]) - 2, 1)


def _year(text: str) -> int:
    if not _EARLIEST <= int(text) <= _LATEST:
        raise ValueError
    return int(text)


def _end_of_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - _DAY


_PARSERS = {"week": _week, "month": _month, "quarter": _quarter}
_WRITTEN = {"week": "2024-W41", "month": "2024-10", "quarter": "2024Q4"}
