"""The days a figure is about, as the company counts them."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from shared.refused import Refused

COMPANY_ZONE = ZoneInfo("Asia/Shanghai")
MOST_YEARS = 3
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_EARLIEST, _LATEST = 1900, 2200


@dataclass(frozen=True)
class Period:
    """Whole days, both included."""

    first: date
    last: date

    @property
    def begins(self) -> datetime:
        """The first moment, aware UTC."""
        return _midnight(self.first)

    @property
    def ends(self) -> datetime:
        """The first moment after it, aware UTC."""
        return _midnight(self.last + timedelta(days=1))


def period(first: str, last: str) -> Period:
    """From two days as YYYY-MM-DD. Refused 422: no such days, the wrong way round, or more than three years."""
    days = {"from": _day(first), "to": _day(last)}
    faults = [_fault(name, "date", "A day as YYYY-MM-DD") for name, day in days.items() if day is None]
    start, end = days["from"], days["to"]
    if start is not None and end is not None:
        if start > end:
            faults.append(_fault("to", "order", "Not before the day it begins"))
        elif end >= _years_after(start, MOST_YEARS):
            faults.append(_fault("to", "range", f"At most {MOST_YEARS} years"))
    if faults or start is None or end is None:
        raise Refused("query-invalid", "The query does not fit", 422, faults)
    return Period(start, end)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None
    return day if day is not None and _EARLIEST <= day.year <= _LATEST else None


def _years_after(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # the 29th of February
        return date(day.year + years, 3, 1)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), COMPANY_ZONE).astimezone(UTC)


def _fault(name: str, code: str, message: str) -> dict[str, str]:
    return {"pointer": f"/{name}", "code": code, "message": message}
