"""The days of a calendar: which are worked, when they open and close, and where their local times lie in UTC. Pure."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from shared.calendars.model import WEEKDAYS, Calendar, Window

DayKind = Literal["regular", "makeup", "special", "holiday", "closed"]

DAY = timedelta(days=1)
FIRST_YEAR, LAST_YEAR = 1900, 2200
LONGEST_CLOSURE = 3 * 366
"""Days in a row without hours after which a calendar counts as one where nobody ever works."""


def windows_of(calendar: Calendar, day: date) -> tuple[Window, ...]:
    """The working hours of a local date, sorted, apart from one another; empty when it is closed."""
    if day in calendar.holidays:
        return ()
    windows = calendar.special.get(day)
    if windows is None:
        windows = calendar.hours.get(WEEKDAYS[day.weekday()], ())
    for gap in calendar.breaks.get(day, ()):
        windows = tuple(left for one in windows for left in _without(one, gap))
    return windows


def is_working_day(calendar: Calendar, day: date) -> bool:
    """Whether a local date has working hours at all."""
    return bool(windows_of(calendar, day))


def kind_of(calendar: Calendar, day: date) -> DayKind:
    """What a date is: "makeup" is worked though its weekday is not, "closed" is a weekday without hours."""
    if day in calendar.holidays:
        return "holiday"
    if not windows_of(calendar, day):
        return "closed"
    if day not in calendar.special:
        return "regular"
    return "special" if calendar.hours.get(WEEKDAYS[day.weekday()]) else "makeup"


def is_unpublished(calendar: Calendar, day: date) -> bool:
    """Whether the holidays of a date are not known yet, so that only weekends count."""
    return calendar.published_until is not None and day > calendar.published_until


def last_working_day(calendar: Calendar, year: int, month: int) -> date:
    """The last working day of a month; ValueError when it has none."""
    day = (date(year, month, 28) + timedelta(days=4)).replace(day=1) - DAY
    while day.month == month:
        if is_working_day(calendar, day):
            return day
        day -= DAY
    raise ValueError(f"calendar {calendar.code} has no working day in {year}-{month:02}")


def by_day(calendar: Calendar, year: int, month: int, day: int) -> datetime:
    """The limit of what is due "by the 5th": the end (24:00 local) of that date, as aware UTC.

    When the date is no working day, the end of the last working day before it, in the month before if need be.
    ValueError for a date that does not exist or a calendar where nobody works.
    """
    found = date(year, month, day)
    for _ in range(LONGEST_CLOSURE):
        if is_working_day(calendar, found):
            return instant(calendar, found, DAY)
        found -= DAY
    raise never_open(calendar, found)


def openings(calendar: Calendar, day: date) -> list[tuple[datetime, datetime]]:
    """The working hours of a local date as moments [opens, closes], aware UTC; what a DST gap swallows is left out."""
    found = []
    for window in windows_of(calendar, day):
        opens = instant(calendar, day, timedelta(minutes=window.opens))
        closes = instant(calendar, day, timedelta(minutes=window.closes))
        if opens < closes:
            found.append((opens, closes))
    return found


def instant(calendar: Calendar, day: date, time_of_day: timedelta) -> datetime:
    """The first moment, aware UTC, at which the clock of the calendar's zone shows this time of this date or later.

    So a time that occurs twice (the clock was put back) means its first occurrence, and a time that never occurs
    (it was put forward) the moment of the change. `time_of_day` 24 h is the end of the day.
    """
    wall = datetime.combine(day, time()) + time_of_day
    zone = ZoneInfo(calendar.time_zone)
    before, after = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return before if before <= after else _change_between(zone, after, before)


def local(calendar: Calendar, moment: datetime) -> tuple[date, timedelta]:
    """The date and the time of day that the clock of the calendar's zone shows at a moment (aware)."""
    wall = moment.astimezone(ZoneInfo(calendar.time_zone)).replace(tzinfo=None)
    return wall.date(), wall - datetime.combine(wall.date(), time())


def never_open(calendar: Calendar, day: date) -> ValueError:
    """The error for a calendar in which no working time can be found around a date."""
    return ValueError(f"calendar {calendar.code} has no working time within {LONGEST_CLOSURE} days of {day}")


def _without(window: Window, gap: Window) -> list[Window]:
    if gap.closes <= window.opens or window.closes <= gap.opens:
        return [window]
    left = [(window.opens, gap.opens), (gap.closes, window.closes)]
    return [Window(opens, closes) for opens, closes in left if opens < closes]


def _change_between(zone: ZoneInfo, early: datetime, late: datetime) -> datetime:
    """The second at which the zone's clock was put forward, between two moments of different offsets."""
    offset = late.astimezone(zone).utcoffset()
    early = early.replace(microsecond=0)
    seconds = int((late - early).total_seconds()) + 1
    low, high = 0, seconds
    while low < high:
        middle = (low + high) // 2
        if (early + timedelta(seconds=middle)).astimezone(zone).utcoffset() == offset:
            high = middle
        else:
            low = middle + 1
    return early + timedelta(seconds=low)
