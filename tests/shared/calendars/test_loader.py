"""A document that is no calendar is refused with every fault and its place; a good one keeps its bytes' hash."""

import hashlib
import json
from datetime import date

import pytest

from shared.calendars.days import is_working_day, kind_of, windows_of
from shared.calendars.loader import BadCalendar, Calendars, load
from shared.calendars.model import Window

FILE = """
timezone: Asia/Shanghai
hours:
  mon: [["13:00", "18:00"], ["09:00", "12:00"]]
  sat: [["00:00", "24:00"]]
  sun: []
holidays: [2024-10-07, 2024-10-07]
special:
  2024-10-06: [["10:00", "15:00"]]
  2024-10-07: [["09:00", "18:00"]]
breaks:
  2024-10-14: [["11:00", "14:00"]]
  2024-10-19: [["00:00", "23:59"]]
"""
PLAIN = {"timezone": "UTC", "hours": {"mon": [["09:00", "18:00"]]}}


def _with(**keys: object) -> bytes:
    return json.dumps(PLAIN | keys).encode()


def test_a_file_says_when_people_work() -> None:
    calendar = load(FILE.encode())
    assert windows_of(calendar, date(2024, 10, 21)) == (Window(540, 720), Window(780, 1080)), "in order"
    assert windows_of(calendar, date(2024, 10, 12)) == (Window(0, 1440),)
    assert windows_of(calendar, date(2024, 10, 13)) == ()
    assert windows_of(calendar, date(2024, 10, 6)) == (Window(600, 900),)
    assert kind_of(calendar, date(2024, 10, 6)) == "makeup"
    assert not is_working_day(calendar, date(2024, 10, 7)), "a holiday wins over special hours of the same date"
    assert windows_of(calendar, date(2024, 10, 14)) == (Window(540, 660), Window(840, 1080)), "breaks are taken out"
    assert not is_working_day(calendar, date(2024, 10, 19)), "a break may take the whole day"
    assert calendar.published_until is None


def test_json_is_read_alike() -> None:
    assert load(_with()) == load(_with())
    assert windows_of(load(_with()), date(2024, 10, 14)) == (Window(540, 1080),)


def test_the_hash_is_of_the_bytes() -> None:
    assert load(FILE.encode()).sha256 == hashlib.sha256(FILE.encode()).hexdigest()


def test_who_writes_2359_means_the_end_of_the_day() -> None:
    assert load(_with(hours={"mon": [["00:00", "23:59"]]})).hours["mon"] == (Window(0, 1440),)


@pytest.mark.parametrize(
    ("keys", "named"),
    [
        ({"timezone": "Mars/Olympus"}, r"'Mars/Olympus' is no time zone.* @ \$\.timezone"),
        ({"timezone": "Asia"}, r"\$\.timezone"),
        ({"timezone": ""}, r"\$\.timezone"),
        ({"timezone": "../etc/passwd"}, r"\$\.timezone"),
        ({"timezone": 8}, r"\$\.timezone"),
        ({"hours": {"mon": [["09:00", "12:00"], ["11:00", "18:00"]]}}, "mon: 09:00-12:00 and 11:00-18:00 overlap"),
        ({"hours": {"mon": [["18:00", "09:00"]]}}, "18:00-09:00 is empty or reversed"),
        ({"hours": {"mon": [["09:00", "09:00"]]}}, "09:00-09:00 is empty or reversed"),
        ({"hours": {"mon": [["9:00", "18:00"]]}}, "'9:00' is no time of day"),
        ({"hours": {"mon": [["09:00", "24:01"]]}}, "'24:01' is no time of day"),
        ({"hours": {"mon": [["09:60", "18:00"]]}}, "'09:60' is no time of day"),
        ({"hours": {"mon": [["09:00"]]}}, "no pair of times"),
        ({"hours": {"mon": [[540, 1080]]}}, "no pair of times"),
        ({"hours": {"mon": "09:00-18:00"}}, "is no list"),
        ({"hours": {"monday": []}}, "'monday' is no weekday"),
        ({"hours": []}, "hours are a mapping"),
        ({"holidays": ["2024-02-30"]}, r"'2024-02-30' is no date of any year @ \$\.holidays"),
        ({"holidays": ["20240230"]}, "write YYYY-MM-DD"),
        ({"holidays": "2024-02-01"}, "is no list"),
        ({"holidays": [20240201]}, "20240201 is no date"),
        ({"special": {"soon": []}}, r"\$\.special\['soon'\]"),
        ({"special": {"2024-10-12": None}}, r"\$\.special\['2024-10-12'\]"),
        ({"breaks": {"2024-10-12": [["12:00", "11:00"]]}}, r"\$\.breaks\['2024-10-12'\]"),
        ({"breaks": []}, r"\$\.breaks"),
        ({"published_until": "2026"}, r"\$\.published_until"),
        ({"version": 1}, r"1 is not text.*\$\.version"),
        ({"title": {"zh": "日历"}}, r"\$\.title"),
        ({"sha256": "00"}, "sha256"),
        ({"holydays": []}, "holydays"),
    ],
)
def test_a_fault_is_named_with_its_place(keys: dict[str, object], named: str) -> None:
    with pytest.raises(BadCalendar, match=named):
        load(_with(**keys))


def test_all_faults_at_once() -> None:
    with pytest.raises(BadCalendar, match=r"Mars.*mon.*2024-13-01"):
        load(_with(timezone="Mars/X", hours={"mon": [["2", "1"]]}, holidays=["2024-13-01"]))


def test_a_date_said_twice_is_refused() -> None:
    with pytest.raises(BadCalendar, match="twice"):
        load(FILE.replace("2024-10-07: [", "2024-10-06: [").encode())


@pytest.mark.parametrize("raw", [b"", b"[]", b"a: [", b"\xff", b"- " * 50_000, b"{}", b"hours: {}", b"timezone: UTC"])
def test_what_is_no_calendar_is_refused(raw: bytes) -> None:
    with pytest.raises(BadCalendar):
        load(raw)


def test_the_newest_version_is_the_one_with_the_highest_number() -> None:
    calendars = Calendars(load(_with(code="x", version=version)) for version in ("10", "draft", "9"))
    assert calendars.effective("x").version == "10"
    assert calendars.pinned("x", "9").version == "9"
    assert [one.version for one in calendars.all()] == ["draft", "9", "10"]
    with pytest.raises(LookupError):
        calendars.pinned("x", "11")
    with pytest.raises(LookupError):
        calendars.effective("y")
