"""Reads calendars, released ones from the packs and files of one's own: the same keys, checked in the same way."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import cattrs
from cattrs.errors import BaseValidationError
from cattrs.gen import make_dict_structure_fn

from shared import strict_yaml
from shared.calendars.model import END_OF_DAY, WEEKDAYS, Calendar, Window

PACKS = Path(__file__).with_name("packs")

_TIME = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class BadCalendar(ValueError):
    """A document is no calendar; `faults` lists what is wrong, with places."""

    def __init__(self, *faults: str) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


class Calendars:
    """All versions known to an installation."""

    def __init__(self, versions: Iterable[Calendar]) -> None:
        self._versions = {(one.code, one.version): one for one in versions}

    def pinned(self, code: str, version: str) -> Calendar:
        """The very version a demand was pinned to; LookupError when it has not arrived yet."""
        return self._versions[code, version]

    def effective(self, code: str) -> Calendar:
        """The newest version; LookupError."""
        known = [one for one in self._versions.values() if one.code == code]
        if not known:
            raise LookupError(code)
        return max(known, key=_age)

    def all(self) -> list[Calendar]:
        """Every version, by code and age."""
        return sorted(self._versions.values(), key=lambda one: (one.code, _age(one)))


@cache
def installed() -> Calendars:
    """The calendars released with this software."""
    return Calendars(load(path.read_bytes()) for path in sorted(PACKS.glob("*/*.yaml")))


@lru_cache(maxsize=64)
def load(raw: bytes) -> Calendar:
    """A calendar from its YAML or JSON document; BadCalendar naming every fault found."""
    try:
        document = strict_yaml.load(raw.decode("utf-8"))
        if not isinstance(document, dict):
            raise BadCalendar("a calendar is a mapping of keys")
        calendar = _converter().structure(document, Calendar)
    except BaseValidationError as error:
        raise BadCalendar(*map(_as_written, cattrs.transform_error(error, format_exception=_fault))) from None
    except (ValueError, TypeError) as error:
        raise BadCalendar(" ".join(str(error).split())) from None
    return replace(calendar, sha256=hashlib.sha256(raw).hexdigest())


def parse_date(text: Any) -> date:
    """A date written YYYY-MM-DD; ValueError."""
    if not isinstance(text, str) or not _DATE.fullmatch(text):
        raise ValueError(f"{text!r} is no date, write YYYY-MM-DD")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is no date of any year") from None


def _age(calendar: Calendar) -> tuple[int, str]:
    """Versions in the order of their release: numbers as numbers, others before all of them."""
    number = int(calendar.version) if calendar.version.isascii() and calendar.version.isdigit() else -1
    return number, calendar.version


@cache
def _converter() -> cattrs.Converter:
    converter = cattrs.Converter(forbid_extra_keys=True)
    converter.register_structure_hook(date, lambda value, _: parse_date(value))
    converter.register_structure_hook(str, lambda value, _: _text(value))
    converter.register_structure_hook_func(lambda kind: kind == tuple[Window, ...], lambda value, _: _windows(value))
    converter.register_structure_hook_func(
        lambda kind: kind == frozenset[date], lambda value, _: frozenset(map(parse_date, _sequence(value)))
    )
    own_names = make_dict_structure_fn(
        Calendar,
        converter,
        _cattrs_forbid_extra_keys=True,
        sha256=cattrs.override(omit=True),
        time_zone=cattrs.override(rename="timezone", struct_hook=lambda value, _: _zone(value)),
        hours=cattrs.override(struct_hook=lambda value, _: _hours(value)),
    )
    converter.register_structure_hook(Calendar, own_names)
    return converter


def _hours(value: Any) -> dict[str, tuple[Window, ...]]:
    if not isinstance(value, Mapping):
        raise ValueError("hours are a mapping of weekdays")
    faults, hours = [f"{day!r} is no weekday, write mon to sun" for day in value if day not in WEEKDAYS], {}
    for day in WEEKDAYS:
        try:
            hours[day] = _windows(value.get(day, []))
        except ValueError as error:
            faults.append(f"{day}: {error}")
    if faults:
        raise ValueError(", ".join(faults))
    return hours


def _windows(value: Any) -> tuple[Window, ...]:
    windows = sorted(map(_window, _sequence(value)))
    for one, other in pairwise(windows):
        if other.opens < one.closes:
            raise ValueError(f"{one} and {other} overlap")
    return tuple(windows)


def _window(value: Any) -> Window:
    match value:
        case [str(opens), str(closes)]:
            window = Window(_minutes(opens), _closing(closes))
        case _:
            raise ValueError(f"{value!r} is no pair of times [from, to]")
    if window.opens >= window.closes:
        raise ValueError(f"{opens}-{closes} is empty or reversed; hours over midnight are two windows of two days")
    return window


def _closing(text: str) -> int:
    """Who writes 23:59 as the end of a day means its end; a minute lost each night would add up."""
    minutes = _minutes(text)
    return END_OF_DAY if minutes == END_OF_DAY - 1 else minutes


def _minutes(text: str) -> int:
    found = _TIME.fullmatch(text)
    minutes = int(found[1]) * 60 + int(found[2]) if found else END_OF_DAY + 1
    if minutes > END_OF_DAY:
        raise ValueError(f"{text!r} is no time of day, write HH:MM up to 24:00")
    return minutes


def _zone(value: Any) -> str:
    name = _text(value)
    try:
        ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        raise ValueError(f"{name!r} is no time zone, write one such as Asia/Shanghai") from None
    return name


def _sequence(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError(f"{value!r} is no list")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is not text; put it in quotes")
    return value


def _as_written(fault: str) -> str:
    """The place of a fault by the key of the document, which is the one word that differs from the model's."""
    return fault.replace("@ $.time_zone", "@ $.timezone")


def _fault(error: BaseException, kind: type | None) -> str:
    """What cattrs found, in the words of our own hooks where they raised it."""
    if isinstance(error, KeyError):
        return f"required key {error.args[0]!r} missing"
    if isinstance(error, ValueError) and not isinstance(error, UnicodeError):
        return str(error)
    return str(cattrs.v.format_exception(error, kind))
