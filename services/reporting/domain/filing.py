"""When a policy's package of closed demands is made, and until when it is kept. Pure."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from shared.calendars.days import by_day, last_working_day, local, openings
from shared.calendars.model import Calendar
from shared.policies.duties import Archive
from shared.refused import Refused, wrong

_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
_EARLIEST, _LATEST = 1900, 2199


@dataclass(frozen=True, order=True)
class Month:
    """A month, written yyyy-mm: the period of a package."""

    year: int
    month: int

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"

    def plus(self, months: int) -> "Month":
        """So many months later, or earlier when negative."""
        count = self.year * 12 + self.month - 1 + months
        return Month(count // 12, count % 12 + 1)


def month(text: str) -> Month:
    """From yyyy-mm; Refused 422."""
    found = _MONTH.fullmatch(text)
    if found is None or not _EARLIEST <= int(found[1]) <= _LATEST:
        raise wrong("/period", "period", "A month as YYYY-MM")
    return Month(int(found[1]), int(found[2]))


def made_at(archive: Archive, calendar: Calendar, period: Month) -> datetime:
    """When the package of a month is made, aware UTC.

    last_workday: at the closing hour of the month's last working day (policy A; the hour is ours). by_day: in the
    morning of the last working day on which it can still be there by that day of the month after (policy B: by the
    5th; the hour is ours). When the 5th and what lies before it are holidays, that is a day of the month itself.
    """
    if archive.schedule == "last_workday":
        day = last_working_day(calendar, period.year, period.month)
        return openings(calendar, day)[-1][1]
    return last_morning(calendar, period.plus(1), archive.day or 1)


def last_morning(calendar: Calendar, in_month: Month, day: int) -> datetime:
    """The opening of the last working day whose end is not after the end of a day of a month, aware UTC."""
    end = by_day(calendar, in_month.year, in_month.month, day)
    last, _ = local(calendar, end - timedelta.resolution)
    return openings(calendar, last)[0][0]


def latest_due(archive: Archive, calendar: Calendar, now: datetime) -> Month:
    """The last month whose package is to be there by now."""
    day, _ = local(calendar, now)
    period = Month(day.year, day.month)
    while made_at(archive, calendar, period) > now:
        period = period.plus(-1)
    return period


def due_periods(
    archive: Archive, calendar: Calendar, *, last: Month | None, first_received: datetime | None, now: datetime
) -> list[Month]:
    """The months whose packages are to be made now, the oldest first.

    last: the newest month that has one; without any, the newest one due by now comes, provided that a demand had
    come in by then (first_received): before its first demand a policy has no periods, after it an empty one counts.
    """
    latest = latest_due(archive, calendar, now)
    if last is None:
        begun = first_received is not None and first_received <= made_at(archive, calendar, latest)
        return [latest] if begun else []
    missing = []
    period = last.plus(1)
    while period <= latest:
        missing.append(period)
        period = period.plus(1)
    return missing


def wanted_period(
    archive: Archive, calendar: Calendar, *, last: Month | None, first_received: datetime | None, now: datetime
) -> Month:
    """The month of a package that somebody asks for without naming one: the oldest due, else the one under way."""
    due = due_periods(archive, calendar, last=last, first_received=first_received, now=now)
    if due:
        return due[0]
    latest = latest_due(archive, calendar, now)
    return (latest if last is None else max(latest, last)).plus(1)


def cutoff(archive: Archive, calendar: Calendar, period: Month, now: datetime) -> datetime:
    """Up to when a demand must have been closed to be in a month's package: when it is made, or now if that is earlier.

    Refused 422 for a month that lies in the future.
    """
    day, _ = local(calendar, now)
    if period > Month(day.year, day.month):
        raise Refused(
            "validation-failed",
            "The content does not fit",
            422,
            [{"pointer": "/period", "code": "future", "message": "This month has not begun"}],
        )
    return min(now, made_at(archive, calendar, period))


def keep_until(years: int | None, sealed_at: datetime, calendar: Calendar) -> date | None:
    """The last day of the years that a package is kept at least, counted from archiving; None: nothing is stated."""
    if years is None:
        return None
    day, _ = local(calendar, sealed_at)
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # the 29th of February
        return date(day.year + years, 3, 1)
