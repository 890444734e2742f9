"""Counting over a calendar: places inside hours, working time spent day by day, working days. Pure.

Hours are closed at both ends: a moment at closing time still belongs to that day. Directions are 1 (forward) and
-1 (back).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from shared.calendars.days import (
    DAY,
    FIRST_YEAR,
    LAST_YEAR,
    LONGEST_CLOSURE,
    DayKind,
    instant,
    is_unpublished,
    kind_of,
    local,
    never_open,
    openings,
    windows_of,
)
from shared.calendars.model import Calendar

NOTHING = timedelta()


@dataclass(frozen=True)
class Place:
    """A moment inside hours, with its local date and time of day; an end of day is 24 h, not 0 h of the next."""

    day: date
    time_of_day: timedelta
    at: datetime


@dataclass(frozen=True)
class Run:
    """Days of one kind in a row, in the order they were walked; `spent` is the working time used up in them."""

    kind: DayKind
    first: date
    last: date
    days: int
    spent: timedelta


@dataclass
class Walk:
    """What a count has passed: the runs of days to explain it, and whether a date not yet published was among them."""

    calendar: Calendar
    runs: list[Run] = field(default_factory=list)
    provisional: bool = False

    def touch(self, day: date) -> None:
        """The count depends on this date."""
        self.provisional = self.provisional or is_unpublished(self.calendar, day)

    def add(self, day: date, spent: timedelta = NOTHING) -> None:
        """The count passed this date or ended there; the dates of one walk follow one another."""
        self.touch(day)
        kind = kind_of(self.calendar, day)
        last = self.runs[-1] if self.runs else None
        if last and last.kind == kind:
            self.runs[-1] = Run(kind, last.first, day, last.days + 1, last.spent + spent)
        else:
            self.runs.append(Run(kind, day, day, 1, spent))


def inside(calendar: Calendar, moment: datetime) -> Place | None:
    """Where a moment lies inside hours, opening and closing times included; None outside."""
    day, time_of_day = local(calendar, moment)
    if any(opens <= moment <= closes for opens, closes in openings(calendar, day)):
        return Place(day, time_of_day, moment)
    before = day - DAY
    if any(closes == moment for _, closes in openings(calendar, before)):
        return Place(before, DAY, moment)
    return None


def nearest(calendar: Calendar, moment: datetime, direction: int, walk: Walk) -> Place:
    """The moment itself inside hours, else the next opening (direction 1) or the previous closing (-1)."""
    found = inside(calendar, moment)
    if found:
        walk.touch(found.day)
        return found
    for day in _days(calendar, local(calendar, moment)[0], direction):
        walk.touch(day)
        for window in windows_of(calendar, day)[::direction]:
            time_of_day = timedelta(minutes=window.opens if direction > 0 else window.closes)
            at = instant(calendar, day, time_of_day)
            if (at - moment) * direction >= NOTHING:
                return Place(day, time_of_day, at)
    raise AssertionError("days have no end")


def spend(calendar: Calendar, place: Place, amount: timedelta, direction: int, walk: Walk) -> datetime:
    """The moment at which `amount` (not negative) of working time is used up, counted from a place inside hours.

    An amount that ends exactly at closing ends there, not at the next opening (back: at opening).
    """
    if amount == NOTHING:
        return place.at
    left = amount
    for day in _days(calendar, place.day, direction):
        spent = NOTHING
        for opens, closes in openings(calendar, day)[::direction]:
            first, last = (max(opens, place.at), closes) if direction > 0 else (opens, min(closes, place.at))
            length = max(last - first, NOTHING)
            if left <= length:
                walk.add(day, spent + left)
                return first + left if direction > 0 else last - left
            left -= length
            spent += length
        walk.add(day, spent)
    raise AssertionError("days have no end")


def count_days(calendar: Calendar, place: Place, amount: int, direction: int, walk: Walk) -> date:
    """The date `amount` working days after (direction 1) or before (-1) the date of a place; 0: that date."""
    left = amount
    for day in _days(calendar, place.day, direction):
        if day != place.day:
            walk.add(day)
            left -= bool(windows_of(calendar, day))
        if left == 0:
            return day
    raise AssertionError("days have no end")


def settle(calendar: Calendar, day: date, time_of_day: timedelta) -> Place:
    """A time of day put into the hours of a working day: past closing it is the closing, else the next opening."""
    windows = windows_of(calendar, day)
    settled = min(time_of_day, timedelta(minutes=windows[-1].closes))
    for window in windows:
        if settled <= timedelta(minutes=window.closes):
            settled = max(settled, timedelta(minutes=window.opens))
            break
    return Place(day, settled, instant(calendar, day, settled))


def time_between(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """The working time from start to end, aware moments in order."""
    return sum((spent for _, spent in worked(calendar, start, end)), NOTHING)


def worked(calendar: Calendar, start: datetime, end: datetime) -> Iterator[tuple[bool, timedelta]]:
    """Per date with hours from start to end: whether all of its hours lie between, and how much working time does."""
    day, last = local(calendar, start)[0], local(calendar, end)[0]
    while day <= last:
        hours = openings(calendar, day)
        if hours:
            spent = sum((max(min(closes, end) - max(opens, start), NOTHING) for opens, closes in hours), NOTHING)
            yield start <= hours[0][0] and hours[-1][1] <= end, spent
        day += DAY


def _days(calendar: Calendar, day: date, direction: int) -> Iterator[date]:
    """Dates from this one on, without end; ValueError where nobody works for years, or out of the years we know."""
    closed = 0
    while FIRST_YEAR <= day.year <= LAST_YEAR:
        closed = 0 if windows_of(calendar, day) else closed + 1
        if closed > LONGEST_CLOSURE:
            raise never_open(calendar, day)
        yield day
        day += direction * DAY
    raise ValueError(f"the count leaves the years {FIRST_YEAR} to {LAST_YEAR}")
