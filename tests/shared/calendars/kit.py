"""Calendars for tests, random ones too, and a slow second opinion that goes through time minute by minute."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from shared.calendars.loader import installed
from shared.calendars.model import WEEKDAYS, Calendar, Window

MINUTE = timedelta(minutes=1)
SHANGHAI = ZoneInfo("Asia/Shanghai")
CN = installed().pinned("cn-office", "1")
OFFICE = (Window(9 * 60, 18 * 60),)
LUNCH = (Window(9 * 60, 12 * 60), Window(13 * 60, 18 * 60))
WHOLE_DAY = (Window(0, 24 * 60),)

_TABLE_DAYS = 24
_BASES = [
    ("Asia/Shanghai", date(1988, 4, 6)),  # summer time begins on 04-17
    ("Asia/Shanghai", date(1990, 9, 5)),  # and ends on 09-16
    ("Asia/Shanghai", date(2024, 9, 25)),
    ("Europe/Berlin", date(2024, 3, 20)),
    ("Europe/Berlin", date(2024, 10, 16)),
    ("America/New_York", date(2024, 2, 28)),
    ("America/New_York", date(2024, 10, 23)),
]


def week(windows: tuple[Window, ...] = OFFICE, days: str = "mon tue wed thu fri") -> dict[str, tuple[Window, ...]]:
    return dict.fromkeys(days.split(), windows)


def china(text: str) -> datetime:
    """Local time of Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@dataclass(frozen=True)
class Case:
    """A calendar and the first day of the three weeks in which something unusual happens to it."""

    calendar: Calendar
    base: date

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.calendar.time_zone)


@st.composite
def windows(draw: st.DrawFn, bounds: st.SearchStrategy[int]) -> tuple[Window, ...]:
    marks = sorted(draw(st.lists(bounds, unique=True, max_size=6)))
    return tuple(Window(a, b) for a, b in zip(marks[::2], marks[1::2], strict=False))


ANY_BOUND = st.integers(0, 48).map(lambda half: half * 30)
DAYTIME_BOUND = st.sampled_from([0, *range(4 * 60, 24 * 60 + 1, 30)])


@st.composite
def cases(draw: st.DrawFn, bounds: st.SearchStrategy[int] = ANY_BOUND) -> Case:
    zone, base = draw(st.sampled_from(_BASES))
    near = st.integers(0, _TABLE_DAYS - 2).map(lambda days: base + timedelta(days=days))
    hours = {day: draw(windows(bounds)) for day in WEEKDAYS}
    if not any(hours.values()):
        hours["wed"] = OFFICE
    calendar = Calendar(
        time_zone=zone,
        hours=hours,
        holidays=draw(st.frozensets(near, max_size=4)),
        special=draw(st.dictionaries(near, windows(bounds), max_size=3)),
        breaks=draw(st.dictionaries(near, windows(bounds), max_size=3)),
        published_until=draw(st.none() | near),
    )
    return Case(calendar, base)


def moments(case: Case, first: int = 1, last: int = _TABLE_DAYS - 8) -> st.SearchStrategy[datetime]:
    """Whole minutes, aware UTC, often on a full or half hour."""
    begin = datetime(case.base.year, case.base.month, case.base.day, tzinfo=case.zone).astimezone(UTC)
    minutes = st.integers(first * 1440, last * 1440)
    return (minutes | minutes.map(lambda n: n - n % 30)).map(lambda n: begin + n * MINUTE)


@cache
def _walls(zone: str, base: date) -> tuple[datetime, list[tuple[date, int, int]]]:
    """The first minute of the table, and per minute: local date, time shown, latest time shown so far that day."""
    first = datetime(base.year, base.month, base.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    rows: list[tuple[date, int, int]] = []
    for number in range(_TABLE_DAYS * 1440):
        wall = (first + number * MINUTE).astimezone(ZoneInfo(zone))
        shown = wall.hour * 60 + wall.minute
        seen = max(shown, rows[-1][2]) if rows and rows[-1][0] == wall.date() else shown
        rows.append((wall.date(), shown, seen))
    return first, rows


class OutOfTable(Exception):
    """The three weeks are too short for the answer."""


class Slow:
    """What shared.calendars.working_time answers, found by looking at every single minute."""

    def __init__(self, case: Case) -> None:
        self.calendar = case.calendar
        self.first, self.rows = _walls(case.calendar.time_zone, case.base)
        sets = {day: self.minutes_of(day) for day in {day for day, _, _ in self.rows}}
        self.open = [seen in sets[day] for day, _, seen in self.rows]

    def minutes_of(self, day: date) -> set[int]:
        if day in self.calendar.holidays:
            return set()
        regular = self.calendar.hours.get(WEEKDAYS[day.weekday()], ())
        kept = {m for one in self.calendar.special.get(day, regular) for m in range(one.opens, one.closes)}
        return kept - {m for one in self.calendar.breaks.get(day, ()) for m in range(one.opens, one.closes)}

    def number(self, moment: datetime) -> int:
        return (moment - self.first) // MINUTE

    def moment(self, number: int) -> datetime:
        return self.first + number * MINUTE

    def working(self, start: datetime, end: datetime) -> int:
        return sum(self.open[self.number(start) : self.number(end)])

    def run(self, start: datetime, minutes: int, counts: Callable[[int], bool]) -> datetime:
        """The end of the minute in which the clock has run so long."""
        for number in range(self.number(start), len(self.rows)):
            minutes -= counts(number)
            if minutes == 0:
                return self.moment(number + 1)
        raise OutOfTable

    def run_back(self, start: datetime, minutes: int) -> datetime:
        for number in range(self.number(start) - 1, -1, -1):
            minutes -= self.open[number]
            if minutes == 0:
                return self.moment(number)
        raise OutOfTable

    def days(self, start: datetime, amount: int) -> datetime:
        """Working days on (or back) from a moment."""
        step = 1 if amount > 0 else -1
        day, shown = self.place(self.number(start), step)
        for _ in range(abs(amount)):
            day += timedelta(days=step)
            while not self.minutes_of(day):
                day += timedelta(days=step)
                if abs((day - self.rows[0][0]).days) > _TABLE_DAYS:
                    raise OutOfTable
        worked = self.minutes_of(day)
        allowed = sorted(worked | {minute + 1 for minute in worked})
        return self.shows(day, min((minute for minute in allowed if minute >= shown), default=allowed[-1]))

    def place(self, number: int, step: int) -> tuple[date, int]:
        if self.open[number]:
            return self.rows[number][:2]
        if self.open[number - 1]:
            return self._after(number - 1)
        while 0 < number < len(self.rows) - 1 and not self.open[number if step > 0 else number - 1]:
            number += step
        if not 0 < number < len(self.rows) - 1:
            raise OutOfTable
        return self.rows[number][:2] if step > 0 else self._after(number - 1)

    def _after(self, number: int) -> tuple[date, int]:
        """The end of a minute, as a time of the same day."""
        day = self.rows[number][0]
        following, then, _ = self.rows[number + 1]
        return (day, then) if following == day else (day, 24 * 60)

    def shows(self, day: date, minute: int) -> datetime:
        """The first minute that shows this time of the day, or later."""
        if day < self.rows[0][0]:
            raise OutOfTable
        for number, (today, _, seen) in enumerate(self.rows):
            if (today, seen) >= (day, minute):
                return self.moment(number)
        raise OutOfTable
