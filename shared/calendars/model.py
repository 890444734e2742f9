"""A working calendar: one versioned document that says when people work. Pure data; days.py reads it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
END_OF_DAY = 24 * 60


@dataclass(frozen=True, order=True)
class Window:
    """Hours of one day without a gap, as minutes since local midnight: 0 <= opens < closes <= 1440."""

    opens: int
    closes: int

    def __str__(self) -> str:
        return f"{_clock(self.opens)}-{_clock(self.closes)}"


@dataclass(frozen=True)
class Title:
    """What people call a calendar, in both languages of the product."""

    zh: str
    en: str


@dataclass(frozen=True)
class Calendar:
    """One version of one calendar. `sha256` is the hex digest of the bytes it was released as.

    Windows of a day are sorted and never overlap. A date is closed when it is one of `holidays`, has the hours of
    `special` when it stands there (a make-up workday, a short day), else those of its weekday in `hours`;
    `breaks` are taken out of either. After `published_until` nobody knows the holidays yet, so what is computed
    from there is provisional; None: the calendar is complete as it stands.
    """

    time_zone: str
    hours: Mapping[str, tuple[Window, ...]]
    holidays: frozenset[date] = frozenset()
    special: Mapping[date, tuple[Window, ...]] = field(default_factory=dict)
    breaks: Mapping[date, tuple[Window, ...]] = field(default_factory=dict)
    published_until: date | None = None
    code: str = "unnamed"
    version: str = "0"
    title: Title | None = None
    sha256: str = ""


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
