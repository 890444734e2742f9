"""What holds of due times and working time whatever the calendar."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from shared.calendars.days import instant, is_working_day, local
from shared.calendars.model import WEEKDAYS
from shared.calendars.spans import Span
from shared.calendars.working_time import Pause, due, next_opening, previous_closing, working_minutes
from tests.shared.calendars.kit import MINUTE, OFFICE, Case, cases, moments

pytestmark = pytest.mark.slow

MANY = settings(max_examples=60, deadline=None)
HOURS = st.integers(0, 60)
DAYS = st.integers(0, 12)


def _at(case: Case, start: datetime, amount: int, unit: str, pauses: tuple[Pause, ...] = ()) -> datetime:
    return due(case.calendar, start, Span(amount, unit), pauses).due_at


def _pauses(case: Case) -> st.SearchStrategy[tuple[Pause, ...]]:
    one = st.tuples(moments(case), st.integers(0, 6000)).map(lambda pair: (pair[0], pair[0] + pair[1] * MINUTE))
    return st.lists(one, max_size=4).map(tuple)


def _even(case: Case) -> Case:
    """The same calendar with the same hours on all days that are worked."""
    hours = dict.fromkeys(WEEKDAYS[:5], OFFICE)
    special = dict.fromkeys(case.calendar.special, OFFICE)
    return Case(replace(case.calendar, hours=hours, special=special, breaks={}), case.base)


@MANY
@given(cases(), st.data(), HOURS, HOURS)
def test_working_hours_add_up(case: Case, data: st.DataObject, some: int, more: int) -> None:
    start = data.draw(moments(case))
    for sign in (1, -1):
        there = _at(case, start, sign * some, "wh")
        assert _at(case, there, sign * more, "wh") == _at(case, start, sign * (some + more), "wh")


@MANY
@given(cases(), st.data(), DAYS, DAYS)
def test_working_days_add_up_where_nothing_was_shifted(case: Case, data: st.DataObject, some: int, more: int) -> None:
    start = next_opening(case.calendar, data.draw(moments(case)))
    there = due(case.calendar, start, Span(some, "wd"))
    whole = due(case.calendar, start, Span(some + more, "wd"))
    if local(case.calendar, there.due_at)[1] == local(case.calendar, start)[1]:
        assert _at(case, there.due_at, more, "wd") == whole.due_at


@MANY
@given(cases(), st.data(), st.integers(-60, 60), st.sampled_from(["h", "wh"]))
def test_hours_from_a_later_start_end_no_earlier(case: Case, data: st.DataObject, amount: int, unit: str) -> None:
    first, second = sorted((data.draw(moments(case)), data.draw(moments(case))))
    assert _at(case, first, amount, unit) <= _at(case, second, amount, unit)


@MANY
@given(cases(), st.data(), st.integers(-12, 12), st.sampled_from(["wd", "d"]))
def test_days_from_a_later_start_end_no_earlier(case: Case, data: st.DataObject, amount: int, unit: str) -> None:
    first, second = sorted((data.draw(moments(case)), data.draw(moments(case))))
    assume(not _shown_twice(case, first) and not _shown_twice(case, second))
    assert _at(case, first, amount, unit) <= _at(case, second, amount, unit)


@MANY
@given(cases(), st.data(), st.integers(-40, 40), st.sampled_from(["wh", "wd"]))
def test_a_new_holiday_never_moves_a_due_time_earlier(case: Case, data: st.DataObject, amount: int, unit: str) -> None:
    start = data.draw(moments(case))
    with_it = _with_holiday(case, data.draw(_near(case)))
    before, after = (_at(one, start, amount, unit) for one in (case, with_it))
    assert (before <= after) if amount >= 0 else (after <= before), "counting back, it never moves later"


@MANY
@given(cases().map(_even), st.data(), st.integers(1, 20), st.sampled_from(["wh", "wd"]))
def test_nor_where_the_clock_pauses(case: Case, data: st.DataObject, amount: int, unit: str) -> None:
    start, pauses = data.draw(moments(case)), data.draw(_pauses(case))
    with_it = _with_holiday(case, data.draw(_near(case)))
    assert _at(case, start, amount, unit, pauses) <= _at(with_it, start, amount, unit, pauses)


@MANY
@given(cases(), st.data())
def test_a_day_off_never_gains_time(case: Case, data: st.DataObject) -> None:
    start, end = sorted((data.draw(moments(case)), data.draw(moments(case))))
    with_it = _with_holiday(case, data.draw(_near(case)))
    assert working_minutes(with_it.calendar, start, end) <= working_minutes(case.calendar, start, end)


@MANY
@given(cases(), st.data(), HOURS)
def test_between_start_and_due_lies_the_span(case: Case, data: st.DataObject, hours: int) -> None:
    start = data.draw(moments(case))
    assert working_minutes(case.calendar, start, _at(case, start, hours, "wh")) == hours * 60
    assert working_minutes(case.calendar, start, _at(case, start, -hours, "wh")) == -hours * 60


@MANY
@given(cases(), st.data())
def test_working_minutes_of_parts_add_up_in_any_order(case: Case, data: st.DataObject) -> None:
    a, b, c = (data.draw(moments(case)) for _ in range(3))
    parts = working_minutes(case.calendar, a, b) + working_minutes(case.calendar, b, c)
    assert parts == working_minutes(case.calendar, a, c)


@MANY
@given(cases(), st.data(), st.integers(0, 20), st.sampled_from(["h", "wh", "wd", "d"]))
def test_pauses_never_shorten(case: Case, data: st.DataObject, amount: int, unit: str) -> None:
    start, pauses = data.draw(moments(case)), data.draw(_pauses(case))
    assert _at(case, start, amount, unit, pauses) >= _at(case, start, amount, unit)


@MANY
@given(cases(), st.data(), st.integers(1, 20), st.sampled_from(["h", "wh", "wd", "d"]))
def test_nothing_is_due_while_the_clock_pauses(case: Case, data: st.DataObject, amount: int, unit: str) -> None:
    start, pauses = data.draw(moments(case)), data.draw(_pauses(case))
    answer = _at(case, start, amount, unit, pauses)
    assert not any(begin < answer < end for begin, end in pauses if start < end)


@MANY
@given(cases(), st.data(), st.integers(0, 20), st.sampled_from(["wh", "wd"]))
def test_a_pause_while_nobody_works_adds_nothing(case: Case, data: st.DataObject, amount: int, unit: str) -> None:
    start, begin = data.draw(moments(case)), data.draw(moments(case))
    free = (previous_closing(case.calendar, begin), next_opening(case.calendar, begin))
    assert _at(case, start, amount, unit, (free,)) == _at(case, start, amount, unit)


@MANY
@given(cases().map(_even), st.data(), st.integers(1, 12))
def test_a_working_day_paused_as_a_whole_is_one_working_day(case: Case, data: st.DataObject, amount: int) -> None:
    start = data.draw(moments(case, 1, 8))
    day = local(case.calendar, start)[0] + timedelta(days=1)
    whole = (instant(case.calendar, day, timedelta()), instant(case.calendar, day, timedelta(days=1)))
    assume(is_working_day(case.calendar, day) and whole[0] < _at(case, start, amount, "wd"))
    assert _at(case, start, amount, "wd", (whole,)) == _at(case, start, amount + 1, "wd")


@MANY
@given(cases(), st.data())
def test_an_opening_lies_inside_hours(case: Case, data: st.DataObject) -> None:
    moment = data.draw(moments(case))
    opening, closing = next_opening(case.calendar, moment), previous_closing(case.calendar, moment)
    assert closing <= moment <= opening
    assert next_opening(case.calendar, opening) == opening
    assert working_minutes(case.calendar, closing, opening) == 0


def _near(case: Case) -> st.SearchStrategy[date]:
    return st.integers(0, 22).map(lambda days: case.base + timedelta(days=days))


def _with_holiday(case: Case, day: date) -> Case:
    return Case(replace(case.calendar, holidays=case.calendar.holidays | {day}), case.base)


def _shown_twice(case: Case, moment: datetime) -> bool:
    """Where the clock is put back the time of day itself goes back, so what keeps it cannot be monotone."""
    wall = moment.astimezone(case.zone)
    return wall.replace(fold=0).utcoffset() != wall.replace(fold=1).utcoffset()
