"""Verbs of calendars: when something is due, whether a file is a calendar, what a calendar says; no home needed."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from shared.calendars.days import DAY, instant, kind_of, windows_of
from shared.calendars.loader import installed, load, parse_date
from shared.calendars.model import WEEKDAYS, Calendar
from shared.calendars.spans import parse_span
from shared.calendars.working_time import Pause, due
from shared.clock import format_time

_DATE_ALONE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class BadInput(click.ClickException):
    """What was typed cannot be used: one line and exit code 2."""

    exit_code = 2


@click.group()
def calendar() -> None:
    """Working calendars and what is due by them."""


@calendar.command("due")
@click.option("--calendar", "name", required=True, metavar="FILE|CODE", help="A released calendar, else a file.")
@click.option(
    "--from",
    "start",
    required=True,
    metavar="TIME",
    help="2024-10-08T14:30+08:00; without an offset it is a local time of the calendar's zone, a date alone is its "
    "beginning, or its end for a span that counts back.",
)
@click.option("--add", "spec", required=True, metavar="SPEC", help="4h elapsed, 4wh, 3wd working, 7d days; -2wd back.")
@click.option("--pause", "pauses", multiple=True, metavar="FROM/TO", help="When the clock stood still; repeatable.")
def due_(name: str, start: str, spec: str, pauses: tuple[str, ...]) -> None:
    """Print as JSON when a span ends: {due_at, provisional, steps: [{what, at, zh, en}]}."""
    with _refusing():
        found = _find(name)
        span = parse_span(spec)
        begin = _moment(found, start, back=span.amount < 0)
        answer = due(found, begin, span, [_pause(found, text) for text in pauses])
        steps = [step.as_json() for step in answer.steps]
    told = {"due_at": format_time(answer.due_at), "provisional": answer.provisional, "steps": steps}
    click.echo(json.dumps(told, ensure_ascii=False, indent=2))


@calendar.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print {code, version, timezone, sha256, ...}.")
def validate(file: Path, as_json: bool) -> None:
    """Check that a file is a calendar; names every fault otherwise."""
    with _refusing():
        found = load(file.read_bytes())
    _print(_summary(found), as_json)


@calendar.command()
@click.argument("name", metavar="CODE|FILE")
@click.option("--year", type=click.IntRange(1900, 2200), help="Also list the year's days that differ from its weeks.")
@click.option("--json", "as_json", is_flag=True, help="Print {code, version, hours, ..., days with --year}.")
def show(name: str, year: int | None, as_json: bool) -> None:
    """Show a calendar's hours and, of a year, its holidays, make-up workdays and special days."""
    with _refusing():
        found = _find(name)
    hours = {day: _hours(found.hours.get(day, ())) for day in WEEKDAYS}
    told: dict[str, Any] = _summary(found) | {"hours": hours}
    if year is not None:
        told["days"] = dict(_unusual(found, year))
    _print(told, as_json)


COMMANDS: list[click.Command] = [calendar]


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except (ValueError, OverflowError, OSError) as error:
        raise BadInput(" ".join(str(error).split())) from None


def _find(name: str) -> Calendar:
    """The newest version of a released calendar, else the calendar in a file."""
    try:
        return installed().effective(name)
    except LookupError:
        pass
    path = Path(name)
    if not path.is_file():
        known = ", ".join(sorted({one.code for one in installed().all()}))
        raise ValueError(f"{name!r} is neither a released calendar ({known}) nor a file")
    return load(path.read_bytes())


def _moment(calendar: Calendar, text: str, *, back: bool = False) -> datetime:
    if _DATE_ALONE.fullmatch(text):
        return instant(calendar, parse_date(text), DAY if back else timedelta())
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is no time, write 2024-10-08T14:30+08:00") from None
    if moment.tzinfo is not None:
        return moment
    time_of_day = moment - datetime.combine(moment.date(), datetime.min.time())
    return instant(calendar, moment.date(), time_of_day)


def _pause(calendar: Calendar, text: str) -> Pause:
    begin, slash, end = text.partition("/")
    if not slash:
        raise ValueError(f"{text!r} is no pause, write FROM/TO")
    return _moment(calendar, begin), _moment(calendar, end)


def _summary(calendar: Calendar) -> dict[str, Any]:
    until = calendar.published_until
    return {
        "code": calendar.code,
        "version": calendar.version,
        "title": f"{calendar.title.zh} / {calendar.title.en}" if calendar.title else None,
        "timezone": calendar.time_zone,
        "published_until": until.isoformat() if until else None,
        "holidays": len(calendar.holidays),
        "special": len(calendar.special),
        "breaks": len(calendar.breaks),
        "sha256": calendar.sha256,
    }


def _unusual(calendar: Calendar, year: int) -> Iterator[tuple[str, str]]:
    day = date(year, 1, 1)
    while day.year == year:
        kind = kind_of(calendar, day)
        if kind not in ("regular", "closed") or day in calendar.breaks:
            yield day.isoformat(), " ".join([WEEKDAYS[day.weekday()], kind, *_hours(windows_of(calendar, day))])
        day += DAY


def _hours(windows: tuple[Any, ...]) -> list[str]:
    return [str(one) for one in windows]


def _print(told: Mapping[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for name, value in told.items():
        if isinstance(value, Mapping):
            click.echo(f"{name}:")
            for key, what in value.items():
                click.echo(f"  {key}: {' '.join(what) if isinstance(what, list) else what}".rstrip())
        elif value is not None:
            click.echo(f"{name}: {value}")
