"""The verbs of calendars as they are typed, without an installation."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from shared.cli import main

FILE = '{"timezone": "Europe/Berlin", "hours": {"mon": [["09:00", "17:00"]], "tue": [["09:00", "17:00"]]}}'


def _run(tmp_path: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["--home", str(tmp_path / "none"), "calendar", *words])


def _due(tmp_path: Path, start: str, spec: str, *words: str, calendar: str = "cn-office") -> str:
    result = _run(tmp_path, "due", "--calendar", calendar, "--from", start, "--add", spec, *words)
    assert result.exit_code == 0, result.output
    return json.loads(result.output)["due_at"]


def test_a_due_time_comes_with_its_steps(tmp_path: Path) -> None:
    result = _run(tmp_path, "due", "--calendar", "cn-office", "--from", "2024-09-30T17:30:00+08:00", "--add", "4wh")
    told = json.loads(result.output)
    assert (told["due_at"], told["provisional"]) == ("2024-10-08T04:30:00Z", False)
    assert [step["what"] for step in told["steps"]] == ["start", "regular", "holiday", "regular", "due"]
    assert told["steps"][2] == {
        "what": "holiday",
        "at": "2024-09-30T16:00:00Z",
        "zh": "2024-10-01（周二） 至 2024-10-07（周一） 7 天：放假，不计",
        "en": "2024-10-01 (Tue) to 2024-10-07 (Mon), 7 days: holiday, not counted",
    }


def test_the_day_a_span_counts_back_to(tmp_path: Path) -> None:
    assert _due(tmp_path, "2024-10-15T10:00:00+08:00", "-2wd") == "2024-10-12T02:00:00Z"


def test_a_time_without_offset_is_local(tmp_path: Path) -> None:
    assert _due(tmp_path, "2024-10-08T14:30", "1wd") == "2024-10-09T06:30:00Z"


def test_a_date_alone_is_its_beginning_or_counting_back_its_end(tmp_path: Path) -> None:
    assert _due(tmp_path, "2023-10-08", "1wd") == "2023-10-09T01:00:00Z"
    assert _due(tmp_path, "2024-10-15", "-2wd") == "2024-10-12T10:00:00Z"


def test_pauses_add_what_passed_in_them(tmp_path: Path) -> None:
    pauses = ["--pause", "2024-10-09T12:00/2024-10-09T13:00", "--pause", "2024-10-09T03:00:00Z/2024-10-09T12:30+08:00"]
    assert _due(tmp_path, "2024-10-08T14:30", "1wd", *pauses) == "2024-10-09T08:30:00Z"


def test_a_file_is_a_calendar_too(tmp_path: Path) -> None:
    (tmp_path / "mine.json").write_text(FILE)
    due = _due(tmp_path, "2024-10-28T12:00:00Z", "1wd", calendar=str(tmp_path / "mine.json"))
    assert due == "2024-10-29T12:00:00Z"


def test_past_the_published_year_a_due_time_is_provisional(tmp_path: Path) -> None:
    words = ["--calendar", "cn-office", "--from", "2026-12-31T10:00", "--add"]
    assert json.loads(_run(tmp_path, "due", *words, "7wh").output)["provisional"] is False
    assert json.loads(_run(tmp_path, "due", *words, "1wd").output)["provisional"] is True


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--from", "soon", "--add", "1wd"], "'soon' is no time"),
        (["--from", "2024-02-30", "--add", "1wd"], "no date"),
        (["--from", "2024-10-08T14:30", "--add", "1 day"], "'1 day' is no span"),
        (["--from", "2024-10-08T14:30", "--add", "99999wd"], "longer than ten years"),
        (["--from", "0001-01-01T00:00Z", "--add", "1wd"], "year"),
        (["--from", "9999-12-31T23:59Z", "--add", "1wd"], "year"),
        (["--from", "0001-01-01T00:00", "--add", "1wd"], ""),
        (["--from", "2024-10-08T14:30", "--add", "1wd", "--pause", "2024-10-08T15:00"], "write FROM/TO"),
        (["--from", "2024-10-08T14:30", "--add", "1wd", "--pause", "2024-10-09T10:00/2024-10-09T09:00"], "before"),
        (["--from", "2024-10-08T14:30", "--add", "-1wd", "--pause", "2024-10-09T10:00/2024-10-09T11:00"], "back"),
    ],
)
def test_what_cannot_be_used_is_one_line_and_exit_2(tmp_path: Path, words: list[str], told: str) -> None:
    result = _run(tmp_path, "due", "--calendar", "cn-office", *words)
    assert result.exit_code == 2
    assert result.output.startswith("Error: ") and result.output.count("\n") == 1
    assert told in result.output


def test_a_calendar_that_is_not_there(tmp_path: Path) -> None:
    result = _run(tmp_path, "due", "--calendar", "mars", "--from", "2024-10-08", "--add", "1h")
    assert result.exit_code == 2 and "cn-office" in result.output


def test_validate_names_every_fault(tmp_path: Path) -> None:
    (tmp_path / "good.json").write_text(FILE)
    (tmp_path / "bad.yaml").write_text("timezone: Mars\nhours: {mon: [[a, b]]}\n")
    good = _run(tmp_path, "validate", str(tmp_path / "good.json"), "--json")
    assert json.loads(good.output)["timezone"] == "Europe/Berlin"
    bad = _run(tmp_path, "validate", str(tmp_path / "bad.yaml"))
    assert bad.exit_code == 2 and "$.timezone" in bad.output and "mon" in bad.output
    assert _run(tmp_path, "validate", str(tmp_path / "missing.yaml")).exit_code == 2


def test_show_lists_what_is_unusual_in_a_year(tmp_path: Path) -> None:
    days = json.loads(_run(tmp_path, "show", "cn-office", "--year", "2024", "--json").output)["days"]
    assert days["2024-10-12"] == "sat makeup 09:00-18:00"
    assert days["2024-10-05"] == "sat holiday"
    assert "2024-10-20" not in days
    assert "2024-10-12: sat makeup 09:00-18:00" in _run(tmp_path, "show", "cn-office", "--year", "2024").output
