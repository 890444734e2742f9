"""The released calendar says of every day what the State Council's notices say."""

from datetime import date, timedelta

import chinese_calendar
import pytest

from shared.calendars.days import is_working_day, kind_of, windows_of
from shared.calendars.loader import PACKS, installed
from tests.shared.calendars.kit import CN, OFFICE


def _known_years() -> range:
    known = chinese_calendar.constants.holidays
    return range(min(known).year, max(known).year + 1)


def test_every_day_of_every_year_agrees_with_an_independent_source() -> None:
    years = _known_years()
    day, differing = date(years.start, 1, 1), []
    while day.year in years:
        if is_working_day(CN, day) != chinese_calendar.is_workday(day):
            differing.append(day)
        day += timedelta(days=1)
    assert years.start == 2004 and years.stop > 2026
    assert [day for day in differing if day <= CN.published_until] == []  # type: ignore[operator]


def test_every_day_with_hours_has_office_hours() -> None:
    assert {windows_of(CN, date(2024, 1, 1) + timedelta(days=n)) for n in range(366)} == {(), OFFICE}


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2023, 10, 8), "makeup"),
        (date(2024, 10, 12), "makeup"),
        (date(2024, 10, 20), "closed"),
        (date(2024, 5, 1), "holiday"),
        (date(2020, 1, 31), "holiday"),
        (date(2024, 10, 8), "regular"),
        *((date(year, 10, 5), "holiday") for year in range(2004, 2027)),
    ],
)
def test_days_of_the_worked_examples(day: date, kind: str) -> None:
    assert kind_of(CN, day) == kind


def test_calendars_bear_the_names_of_their_files() -> None:
    files = {(path.parent.name, path.stem) for path in PACKS.glob("*/*.yaml")}
    assert {(one.code, one.version) for one in installed().all()} == files


def test_a_released_file_never_changes() -> None:
    assert {(one.code, one.version): one.sha256 for one in installed().all()} == {
        ("cn-office", "1"): "b6a3ed0bb9f0ba60e1de29d5a7c07641a8570f0926366ae7f6842b832615d05d",
    }
