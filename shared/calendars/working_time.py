"""When something is due, and how much working time lies between two moments. Pure; docs/calendars.md has examples.

Moments are aware, answers are UTC. Every rule of this arithmetic is ours: the sources are silent.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from shared.calendars import counting
from shared.calendars.counting import NOTHING, Place, Walk
from shared.calendars.days import FIRST_YEAR, LAST_YEAR, instant, local
from shared.calendars.explain import Narrator, Step
from shared.calendars.model import Calendar
from shared.calendars.spans import Span, parse_span

Pause = tuple[datetime, datetime]


@dataclass(frozen=True)
class Due:
    """A due time (aware UTC), whether it depends on holidays not yet published, and how it came about."""

    due_at: datetime
    provisional: bool
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class _Added:
    """What pauses add to a span: whole working days (only to working days), time on top, and the last one's end."""

    days: int = 0
    time: timedelta = NOTHING
    until: datetime | None = None


@dataclass(frozen=True)
class _Reached:
    at: datetime
    walk: Walk
    moved: tuple[Step, ...]
    steps: tuple[Step, ...]


def due(calendar: Calendar, start: datetime, span: Span | str, pauses: Sequence[Pause] = ()) -> Due:
    """When a span from `start` ends; ValueError for a naive or unreasonable moment, a bad span, bad pauses.

    Hours elapse whatever the calendar says. Working hours are spent inside hours only. Working days keep the local
    time of day, put into the hours of the day they end on. Calendar days keep the local time of day and nothing else.
    Working hours and days from outside hours count from the next opening, back from the previous closing.

    A pause (from, to) adds what passed in it after `start`: to working days one for each working day that lies in it
    as a whole, and the rest as working time; to working hours its working time; to hours and calendar days its
    length. Pauses that overlap count once; a pause that begins when the time is already due adds nothing; nothing is
    due inside a pause that adds.
    """
    span = parse_span(span) if isinstance(span, str) else span
    start = _checked(start)
    stops = _merged(pauses, start)
    if stops and span.amount < 0:
        raise ValueError("a span that counts back cannot pause")
    tell = Narrator(calendar)
    added, reached = _Added(), _reach(calendar, start, span, _Added())
    told: list[Step] = []
    for begin, end in stops:
        if begin >= reached.at:
            told.append(tell.pause_ignored(begin))
            continue
        days, time = _lost(calendar, begin, end, span)
        told.append(tell.pause(begin, end, days, time, working=span.unit in ("wh", "wd")))
        added = _Added(added.days + days, added.time + time, end)
        reached = _reach(calendar, start, span, added)
    provisional = reached.walk.provisional
    steps = [tell.start(start, span), *reached.moved, *told, *reached.steps]
    if provisional and calendar.published_until:
        steps.append(tell.provisional(reached.at, calendar.published_until))
    return Due(_checked(reached.at), provisional, (*steps, tell.due(reached.at)))


def working_minutes(calendar: Calendar, start: datetime, end: datetime) -> float:
    """The minutes inside hours from start to end, with fractions; negative when end lies before start.

    So for any three moments the minutes from a to b and from b to c are together those from a to c.
    """
    start, end = _checked(start), _checked(end)
    sign = 1 if start <= end else -1
    time = counting.time_between(calendar, min(start, end), max(start, end))
    return sign * (time / timedelta(minutes=1))


def next_opening(calendar: Calendar, moment: datetime) -> datetime:
    """The moment itself inside hours (at closing time too), else the next opening; aware UTC."""
    return counting.nearest(calendar, _checked(moment), 1, Walk(calendar)).at


def previous_closing(calendar: Calendar, moment: datetime) -> datetime:
    """The moment itself inside hours (at opening time too), else the previous closing; aware UTC."""
    return counting.nearest(calendar, _checked(moment), -1, Walk(calendar)).at


def _reach(calendar: Calendar, start: datetime, span: Span, added: _Added) -> _Reached:
    walk = Walk(calendar)
    if span.unit in ("h", "d"):
        at = _elapsed(calendar, start, span) + added.time
        return _Reached(at, walk, (), (Narrator(calendar).elapsed(at),))
    direction = -1 if span.amount < 0 else 1
    tell = Narrator(calendar)
    place = counting.nearest(calendar, start, direction, walk)
    moved = () if place.at == start else (tell.moved(place.at, direction),)
    if span.unit == "wh":
        time = timedelta(hours=abs(span.amount)) + added.time
        at = counting.spend(calendar, place, time, direction, walk)
        return _Reached(at, walk, moved, tuple(tell.days(walk)))
    return _reach_day(calendar, place, span.amount + direction * added.days, added, walk, moved)


def _reach_day(
    calendar: Calendar, place: Place, days: int, added: _Added, walk: Walk, moved: tuple[Step, ...]
) -> _Reached:
    tell = Narrator(calendar)
    settled: tuple[Step, ...] = ()
    if days:
        day = counting.count_days(calendar, place, abs(days), -1 if days < 0 else 1, walk)
        wanted = place.time_of_day
        place = counting.settle(calendar, day, wanted)
        settled = () if place.time_of_day == wanted else (tell.settled(place.at, wanted),)
    rest = Walk(calendar)
    at = counting.spend(calendar, place, added.time, 1, rest)
    if added.until and at < added.until:  # possible where a day paused as a whole was shorter than the one added
        at = counting.nearest(calendar, added.until, 1, rest).at
        settled = (*settled, tell.resumed(at))
    walk.provisional = walk.provisional or rest.provisional
    return _Reached(at, walk, moved, (*tell.days(walk), *settled, *tell.days(rest)))


def _elapsed(calendar: Calendar, start: datetime, span: Span) -> datetime:
    if span.unit == "h":
        return start + timedelta(hours=span.amount)
    if span.amount == 0:
        return start
    day, time_of_day = local(calendar, start)
    return instant(calendar, day + timedelta(days=span.amount), time_of_day)


def _lost(calendar: Calendar, begin: datetime, end: datetime, span: Span) -> tuple[int, timedelta]:
    """What a pause adds: whole working days, and time."""
    if span.unit in ("h", "d"):
        return 0, end - begin
    days, time = 0, NOTHING
    for whole, spent in counting.worked(calendar, begin, end):
        if whole and span.unit == "wd":
            days += 1
        else:
            time += spent
    return days, time


def _merged(pauses: Iterable[Pause], start: datetime) -> list[Pause]:
    """Pauses after the start, in order, those that overlap or touch as one."""
    merged: list[Pause] = []
    for begin, end in sorted((_checked(begin), _checked(end)) for begin, end in pauses):
        if end < begin:
            raise ValueError(f"a pause ends before it begins: {begin.isoformat()}/{end.isoformat()}")
        if end <= start or begin == end:
            continue
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((max(begin, start), end))
    return merged


def _checked(moment: datetime) -> datetime:
    """The moment in UTC; ValueError when it is naive or in no year that a demand can come from."""
    if moment.utcoffset() is None:
        raise ValueError("a time needs an offset")
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError(f"the year {moment.year} is not between {FIRST_YEAR} and {LAST_YEAR}")
    return moment.astimezone(UTC)
