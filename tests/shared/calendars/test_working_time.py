"""Due times of the sources' worked examples, provisional ones, explanations, month ends, and what is refused.

The choices of the arithmetic itself are tested as examples of docs/calendars.md.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from shared.calendars.days import by_day, is_working_day, last_working_day
from shared.calendars.model import Calendar, Window
from shared.calendars.working_time import due, next_opening, previous_closing, working_minutes
from tests.shared.calendars.kit import CN, LUNCH, OFFICE, WHOLE_DAY, china, week

OPEN = Calendar(time_zone="Asia/Shanghai", hours=week())
OFFICE_TILL_3 = (Window(9 * 60, 15 * 60),)
NEVER = Calendar(time_zone="Asia/Shanghai", hours={}, code="never")


@pytest.mark.parametrize(
    ("start", "spec", "expected"),
    [
        ("2023-10-08T14:30", "1wd", "2023-10-09T14:30"),
        ("2024-10-15T09:00", "-2wd", "2024-10-12T09:00"),
        ("2024-10-15T18:00", "-2wd", "2024-10-12T18:00"),
        ("2024-10-08T14:30", "1wd", "2024-10-09T14:30"),
        ("2024-10-08T14:30", "3wd", "2024-10-11T14:30"),
        ("2024-10-18T14:30", "1wd", "2024-10-21T14:30"),
        ("2024-04-30T14:30", "1wd", "2024-05-06T14:30"),
        ("2024-10-08T17:30", "4h", "2024-10-08T21:30"),
        ("2024-10-08T17:30", "4wh", "2024-10-09T12:30"),
        ("2024-10-08T17:30", "1h", "2024-10-08T18:30"),
        ("2024-10-08T17:30", "2wh", "2024-10-09T10:30"),
        ("2024-10-08T14:30", "7d", "2024-10-15T14:30"),
    ],
)
def test_worked_examples(start: str, spec: str, expected: str) -> None:
    assert due(CN, china(start), spec).due_at == china(expected)


@pytest.mark.parametrize("year", range(2004, 2027))
def test_the_fifth_of_october_is_never_worked_so_its_limit_is_in_september(year: int) -> None:
    assert not is_working_day(CN, date(year, 10, 5))
    assert by_day(CN, year, 10, 5) <= china(f"{year}-10-01T00:00")


def test_by_the_fifth_is_the_end_of_the_fifth_or_of_the_last_working_day_before() -> None:
    assert by_day(CN, 2024, 11, 5) == china("2024-11-06T00:00")
    assert by_day(CN, 2024, 10, 5) == china("2024-10-01T00:00")
    assert by_day(CN, 2023, 11, 5) == china("2023-11-04T00:00"), "the 5th is a Sunday"
    assert by_day(CN, 2024, 11, 5).tzinfo is UTC
    with pytest.raises(ValueError):
        by_day(CN, 2024, 2, 30)
    with pytest.raises(ValueError, match="never"):
        by_day(NEVER, 2024, 2, 5)


def test_the_last_working_day_of_a_month() -> None:
    assert last_working_day(CN, 2024, 9) == date(2024, 9, 30)
    assert last_working_day(CN, 2024, 8) == date(2024, 8, 30)
    assert last_working_day(CN, 2024, 12) == date(2024, 12, 31)
    assert last_working_day(CN, 2024, 2) == date(2024, 2, 29)
    with pytest.raises(ValueError, match="never has no working day in 2024-02"):
        last_working_day(NEVER, 2024, 2)


@pytest.mark.parametrize(
    ("start", "spec", "provisional"),
    [
        ("2026-12-30T10:00", "1wd", False),
        ("2026-12-30T10:00", "2wd", True),
        ("2026-12-31T10:00", "8wh", False),
        ("2026-12-31T10:00", "9wh", True),
        ("2026-12-31T19:00", "0wd", True),
        ("2027-01-04T10:00", "-1wd", True),
        ("2026-12-31T10:00", "24h", False),
        ("2026-12-31T10:00", "7d", False),
    ],
)
def test_past_the_published_days_a_due_time_is_provisional(start: str, spec: str, provisional: bool) -> None:
    answer = due(CN, china(start), spec)
    assert answer.provisional == provisional
    assert ("provisional" in [step.what for step in answer.steps]) == provisional
    assert not due(replace(CN, published_until=None), china(start), spec).provisional


def test_a_pause_into_days_not_yet_published_makes_it_provisional() -> None:
    pause = (china("2026-12-30T10:00"), china("2027-01-02T00:00"))
    assert due(CN, china("2026-12-29T12:00"), "1wd", [pause]).provisional


def test_time_that_a_pause_adds_may_reach_days_not_yet_published() -> None:
    pause = (china("2026-12-31T09:00"), china("2026-12-31T11:00"))
    answer = due(CN, china("2026-12-30T17:00"), "1wd", [pause])
    assert (answer.due_at, answer.provisional) == (china("2027-01-01T10:00"), True)


def test_nothing_is_due_in_a_pause_even_where_days_are_unequal() -> None:
    special = {date(2024, 10, 9): OFFICE_TILL_3, date(2024, 10, 10): WHOLE_DAY, date(2024, 10, 11): WHOLE_DAY}
    uneven = replace(CN, special=special)
    pause = (china("2024-10-09T14:00"), china("2024-10-11T00:30"))
    answer = due(uneven, china("2024-10-08T14:30"), "1wd", [pause])
    assert answer.due_at == china("2024-10-11T00:30")
    assert "resumed" in [step.what for step in answer.steps]


def test_when_the_calendar_arrives_the_due_time_moves() -> None:
    later = replace(CN, version="2", published_until=date(2027, 12, 31), holidays=CN.holidays | {date(2027, 1, 1)})
    before, after = (due(one, china("2026-12-30T10:00"), "2wd") for one in (CN, later))
    assert (before.due_at, before.provisional) == (china("2027-01-01T10:00"), True)
    assert (after.due_at, after.provisional) == (china("2027-01-04T10:00"), False)


def test_a_due_time_explains_itself() -> None:
    pauses = [
        (china("2024-10-11T10:00"), china("2024-10-11T14:00")),
        (china("2024-12-01T10:00"), china("2024-12-02T12:00")),
    ]
    answer = due(replace(CN, hours=week(LUNCH)), china("2024-10-10T19:00"), "1wd", pauses)
    assert [(step.what, step.en) for step in answer.steps] == [
        ("start", "1 working day from 2024-10-10 (Thu) 19:00"),
        ("moved", "outside hours: from the next opening, 2024-10-11 (Fri) 09:00"),
        ("pause", "paused from 2024-10-11 (Fri) 10:00 to 2024-10-11 (Fri) 14:00: adds 3 h of working time"),
        ("pause_ignored", "pause of 2024-12-01 (Sun) 10:00 began after the due time"),
        ("makeup", "2024-10-12 (Sat): make-up workday"),
        ("makeup", "2024-10-12 (Sat): make-up workday, 3 h used"),
        ("due", "due 2024-10-12 (Sat) 12:00"),
    ]
    assert answer.steps[2].zh == "2024-10-11（周五） 10:00 至 2024-10-11（周五） 14:00 暂停，顺延 3 小时工作时间"
    assert answer.steps[-1].at == answer.due_at


def test_a_time_of_day_that_was_put_right_is_said() -> None:
    short = replace(CN, special={date(2024, 10, 10): OFFICE_TILL_3})
    steps = due(short, china("2024-10-09T16:00"), "1wd").steps
    assert [step.what for step in steps] == ["start", "special", "settled", "due"]
    assert steps[2].en == "16:00 is outside that day's hours: 2024-10-10 (Thu) 15:00"


def test_a_long_walk_is_told_by_its_ends() -> None:
    steps = due(CN, china("2024-10-08T14:30"), "250wd").steps
    assert len(steps) < 50
    assert [step.what for step in steps].count("omitted") == 1


@pytest.mark.parametrize(
    ("start", "opening", "closing"),
    [
        ("2024-10-08T10:00", "2024-10-08T10:00", "2024-10-08T10:00"),
        ("2024-10-08T18:00", "2024-10-08T18:00", "2024-10-08T18:00"),
        ("2024-10-08T08:00", "2024-10-08T09:00", "2024-09-30T18:00"),
        ("2024-10-05T12:00", "2024-10-08T09:00", "2024-09-30T18:00"),
    ],
)
def test_the_nearest_hours(start: str, opening: str, closing: str) -> None:
    assert next_opening(CN, china(start)) == china(opening)
    assert previous_closing(CN, china(start)) == china(closing)


def test_an_end_of_day_belongs_to_its_day_where_the_next_is_closed() -> None:
    calendar = Calendar(time_zone="Asia/Shanghai", hours=week() | {"sat": WHOLE_DAY})
    midnight = china("2024-10-20T00:00")
    assert due(calendar, midnight, "1wd").due_at == china("2024-10-21T18:00")
    assert due(calendar, midnight, "-1wd").due_at == china("2024-10-18T18:00")


def test_handling_time_is_counted_in_working_minutes() -> None:
    assert working_minutes(CN, china("2024-09-30T17:30"), china("2024-10-08T09:45")) == 75
    assert working_minutes(CN, china("2024-10-08T09:45"), china("2024-09-30T17:30")) == -75
    assert working_minutes(CN, china("2024-10-08T09:00:15"), china("2024-10-08T09:01:00")) == 0.75
    assert working_minutes(NEVER, china("2024-10-08T09:00"), china("2024-10-18T09:00")) == 0


def test_working_days_keep_seconds() -> None:
    assert due(CN, china("2024-10-08T14:30:07.5"), "1wd").due_at == china("2024-10-09T14:30:07.5")


@pytest.mark.parametrize("spec", ["1wd", "-1wd", "1wh", "-1wh"])
def test_where_nobody_works_nothing_is_due(spec: str) -> None:
    with pytest.raises(ValueError, match="never has no working time"):
        due(NEVER, china("2024-10-08T14:30"), spec)


def test_where_people_work_once_the_search_ends_too() -> None:
    once = replace(NEVER, special={date(2024, 10, 8): OFFICE})
    assert due(once, china("2024-10-08T09:00"), "9wh").due_at == china("2024-10-08T18:00")
    with pytest.raises(ValueError, match="no working time"):
        due(once, china("2024-10-08T09:00"), "10wh")


@pytest.mark.parametrize(
    ("start", "spec"),
    [
        (datetime(2024, 10, 8, 14, 30), "1wd"),  # noqa: DTZ001 - naive on purpose
        (datetime(1, 1, 1, tzinfo=UTC), "1wd"),
        (datetime(9999, 12, 31, tzinfo=UTC), "1wd"),
        (datetime(1900, 1, 2, tzinfo=UTC), "-30d"),
        (datetime(1900, 1, 2, tzinfo=UTC), "-30wd"),
        (datetime(2200, 12, 30, tzinfo=UTC), "30wh"),
        (datetime(2200, 12, 30, tzinfo=UTC), "3653wd"),
        (datetime(2200, 12, 30, tzinfo=UTC), "87660h"),
        (datetime(2024, 10, 8, tzinfo=UTC), "tomorrow"),
    ],
)
def test_unreasonable_counts_are_refused(start: datetime, spec: str) -> None:
    with pytest.raises(ValueError):
        due(OPEN, start, spec)


def test_unreasonable_pauses_are_refused() -> None:
    hour = timedelta(hours=1)
    start = china("2024-10-08T14:30")
    with pytest.raises(ValueError, match="before it begins"):
        due(OPEN, start, "1wd", [(start + hour, start)])
    with pytest.raises(ValueError, match="cannot pause"):
        due(OPEN, start, "-1wd", [(start, start + hour)])
    with pytest.raises(ValueError, match="offset"):
        due(OPEN, start, "1wd", [(datetime(2024, 10, 9), start)])  # noqa: DTZ001 - naive on purpose
