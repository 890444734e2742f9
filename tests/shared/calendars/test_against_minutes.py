"""The arithmetic gives what going through every minute gives, for random calendars in zones with summer time."""

from datetime import timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from shared.calendars.spans import Span
from shared.calendars.working_time import due, working_minutes
from tests.shared.calendars.kit import DAYTIME_BOUND, MINUTE, Case, OutOfTable, Slow, cases, moments

pytestmark = pytest.mark.slow

FEW = settings(max_examples=30, deadline=None)


@FEW
@given(cases(), st.data(), st.integers(1, 40))
def test_working_hours(case: Case, data: st.DataObject, hours: int) -> None:
    start = data.draw(moments(case))
    try:
        slow = Slow(case)
        expected = slow.run(start, hours * 60, slow.open.__getitem__)
    except OutOfTable:
        assume(False)
    answer = due(case.calendar, start, Span(hours, "wh"))
    assert answer.due_at == expected
    until = case.calendar.published_until
    if until is not None:
        last = slow.rows[slow.number(answer.due_at) - 1][0]
        assert answer.provisional == (last > until)


@FEW
@given(cases(), st.data(), st.integers(1, 40))
def test_working_hours_back(case: Case, data: st.DataObject, hours: int) -> None:
    start = data.draw(moments(case, 8, 20))
    try:
        expected = Slow(case).run_back(start, hours * 60)
    except OutOfTable:
        assume(False)
    assert due(case.calendar, start, Span(-hours, "wh")).due_at == expected


@FEW
@given(cases(DAYTIME_BOUND), st.data(), st.integers(-5, 5).filter(bool))
def test_working_days(case: Case, data: st.DataObject, amount: int) -> None:
    start = data.draw(moments(case, 6, 14))
    try:
        expected = Slow(case).days(start, amount)
    except OutOfTable:
        assume(False)
    assert due(case.calendar, start, Span(amount, "wd")).due_at == expected


@FEW
@given(cases(), st.data())
def test_working_minutes(case: Case, data: st.DataObject) -> None:
    start, end = sorted((data.draw(moments(case)), data.draw(moments(case))))
    assert working_minutes(case.calendar, start, end) == Slow(case).working(start, end)


@FEW
@given(cases(), st.data(), st.integers(1, 30), st.sampled_from(["h", "wh"]))
def test_a_clock_that_pauses(case: Case, data: st.DataObject, hours: int, unit: str) -> None:
    start = data.draw(moments(case, 1, 8))
    lengths = st.integers(0, 3000)
    pauses = [
        (begin, begin + data.draw(lengths) * MINUTE) for begin in data.draw(st.lists(moments(case, 1, 12), max_size=4))
    ]
    slow = Slow(case)
    paused = {n for begin, end in pauses for n in range(slow.number(begin), slow.number(end))}
    runs = slow.open.__getitem__ if unit == "wh" else lambda number: True
    try:
        expected = slow.run(start, hours * 60, lambda number: number not in paused and runs(number))
    except OutOfTable:
        assume(False)
    assert due(case.calendar, start, Span(hours, unit), pauses).due_at == expected


@pytest.mark.parametrize("unit", ["wh", "wd"])
def test_it_is_fast(unit: str) -> None:
    import timeit

    from tests.shared.calendars.kit import CN, china

    start = china("2024-09-27T14:30")
    best = min(timeit.repeat(lambda: due(CN, start, Span(3, unit)), number=20, repeat=5)) / 20
    assert timedelta(seconds=best) < timedelta(milliseconds=1)
