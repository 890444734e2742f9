"""How a due time says what led to it: steps with a text in both languages. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from shared.calendars.counting import NOTHING, Run, Walk
from shared.calendars.days import instant, kind_of, local
from shared.calendars.model import Calendar
from shared.calendars.spans import Span, Unit

MOST_RUNS = 40
"""Longer walks are told by their first and last runs of days only."""

_WEEKDAYS = tuple(zip("一二三四五六日", ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), strict=True))
_UNITS: dict[Unit, tuple[str, str]] = {
    "h": ("小时", "hour"),
    "wh": ("个工作小时", "working hour"),
    "wd": ("个工作日", "working day"),
    "d": ("个自然日", "calendar day"),
}
_KINDS = {
    "regular": ("工作日", "working"),
    "makeup": ("调休上班", "make-up workday"),
    "special": ("特别时间", "special hours"),
    "holiday": ("放假，不计", "holiday, not counted"),
    "closed": ("休息，不计", "closed, not counted"),
}


@dataclass(frozen=True)
class Step:
    """One step of a count. `at` (aware UTC) is where it stands, for days their beginning.

    `what`: start, moved, pause, pause_ignored, elapsed, one of the kinds of days (regular, makeup, special, holiday,
    closed), omitted, settled, resumed, provisional, due.
    """

    what: str
    at: datetime
    zh: str
    en: str

    def as_json(self) -> dict[str, Any]:
        """The same as {what, at (RFC 3339 UTC), zh, en}."""
        at = self.at.astimezone(UTC).isoformat().replace("+00:00", "Z")
        return {"what": self.what, "at": at, "zh": self.zh, "en": self.en}


class Narrator:
    """Puts what happened into words, in the local time of a calendar."""

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self._zone = ZoneInfo(calendar.time_zone)

    def start(self, at: datetime, span: Span) -> Step:
        """Where the count begins and what it counts; says of a day that breaks the week's rule what it is."""
        zh, en = self._moment(at)
        kind = kind_of(self._calendar, local(self._calendar, at)[0])
        if span.unit in ("wh", "wd") and kind in ("makeup", "special"):
            zh, en = f"{zh}（{_KINDS[kind][0]}）", f"{en} ({_KINDS[kind][1]})"
        unit_zh, unit_en = _UNITS[span.unit]
        amount = abs(span.amount)
        return Step(
            "start",
            at,
            f"从 {zh} 起{'往前' if span.amount < 0 else ''}数 {amount} {unit_zh}",
            f"{_counted(amount, unit_en)} {'back ' if span.amount < 0 else ''}from {en}",
        )

    def moved(self, at: datetime, direction: int) -> Step:
        """The start lies outside hours."""
        zh, en = self._moment(at)
        to_zh, to_en = ("下一次上班", "next opening") if direction > 0 else ("上一次下班", "previous closing")
        return Step("moved", at, f"起点不在工作时间内，改从{to_zh} {zh} 算起", f"outside hours: from the {to_en}, {en}")

    def elapsed(self, at: datetime) -> Step:
        """Time that no calendar stops."""
        zh, en = self._moment(at)
        return Step("elapsed", at, f"按自然时间数到 {zh}，不看工作时间", f"elapsed time until {en}, whatever the hours")

    def pause(self, begin: datetime, end: datetime, days: int, time: timedelta, *, working: bool) -> Step:
        """A pause and what it adds."""
        parts_zh, parts_en = [], []
        if days:
            parts_zh.append(f"{days} 个工作日")
            parts_en.append(_counted(days, "working day"))
        if time or not days:
            zh, en = _length(time)
            parts_zh.append(f"{zh}{'工作时间' if working else ''}")
            parts_en.append(f"{en}{' of working time' if working else ''}")
        (from_zh, from_en), (to_zh, to_en) = self._moment(begin), self._moment(end)
        return Step(
            "pause",
            begin,
            f"{from_zh} 至 {to_zh} 暂停，顺延 {' 又 '.join(parts_zh)}",
            f"paused from {from_en} to {to_en}: adds {' and '.join(parts_en)}",
        )

    def pause_ignored(self, begin: datetime) -> Step:
        """A pause that began when the time was already due."""
        zh, en = self._moment(begin)
        return Step(
            "pause_ignored", begin, f"{zh} 的暂停始于到期之后，不顺延", f"pause of {en} began after the due time"
        )

    def days(self, walk: Walk) -> Iterable[Step]:
        """The days that were walked, in runs of one kind."""
        runs = walk.runs
        half = MOST_RUNS // 2
        if len(runs) <= MOST_RUNS:
            yield from map(self._run, runs)
            return
        yield from map(self._run, runs[:half])
        left_out = runs[half:-half]
        at = instant(self._calendar, left_out[0].first, NOTHING)
        first, last = left_out[0].first, left_out[-1].last
        yield Step("omitted", at, f"{first} 至 {last}：从略", f"{first} to {last}: left out here")
        yield from map(self._run, runs[-half:])

    def settled(self, at: datetime, wanted: timedelta) -> Step:
        """The time of day was put into the hours of the last day."""
        zh, en = self._moment(at)
        clock = _clock(wanted)
        return Step(
            "settled", at, f"{clock} 不在当日工作时间内，改为 {zh}", f"{clock} is outside that day's hours: {en}"
        )

    def resumed(self, at: datetime) -> Step:
        """What was added ended inside the pause, where nothing is due."""
        zh, en = self._moment(at)
        return Step("resumed", at, f"暂停期间不到期，改为恢复后的 {zh}", f"nothing is due in a pause: after it, {en}")

    def provisional(self, at: datetime, published_until: date) -> Step:
        """The count depends on holidays that nobody knows yet."""
        return Step(
            "provisional",
            at,
            f"{published_until} 之后的放假安排尚未公布，暂按周末推算",
            f"holidays after {published_until} are not published: only weekends counted, provisional",
        )

    def due(self, at: datetime) -> Step:
        """The end of the count."""
        zh, en = self._moment(at)
        return Step("due", at, f"到期 {zh}", f"due {en}")

    def _run(self, run: Run) -> Step:
        zh, en = _KINDS[run.kind]
        first, last = min(run.first, run.last), max(run.first, run.last)
        days_zh, days_en = self._day(first)
        if run.days > 1:
            (to_zh, to_en), count = self._day(last), run.days
            days_zh, days_en = f"{days_zh} 至 {to_zh} {count} 天", f"{days_en} to {to_en}, {count} days"
        if run.spent:
            spent_zh, spent_en = _length(run.spent)
            zh, en = f"{zh}，用去 {spent_zh}", f"{en}, {spent_en} used"
        return Step(run.kind, instant(self._calendar, first, NOTHING), f"{days_zh}：{zh}", f"{days_en}: {en}")

    def _day(self, day: date) -> tuple[str, str]:
        zh, en = _WEEKDAYS[day.weekday()]
        return f"{day}（周{zh}）", f"{day} ({en})"

    def _moment(self, at: datetime) -> tuple[str, str]:
        wall = at.astimezone(self._zone)
        zh, en = self._day(wall.date())
        clock = _clock(timedelta(hours=wall.hour, minutes=wall.minute, seconds=wall.second))
        return f"{zh} {clock}", f"{en} {clock}"


def _counted(amount: int, unit: str) -> str:
    return f"{amount} {unit}" if amount == 1 else f"{amount} {unit}s"


def _clock(time_of_day: timedelta) -> str:
    minutes, seconds = divmod(int(time_of_day.total_seconds()), 60)
    return f"{minutes // 60:02}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")


def _length(time: timedelta) -> tuple[str, str]:
    minutes, seconds = divmod(int(time.total_seconds()), 60)
    parts = [(minutes // 60, "小时", "h"), (minutes % 60, "分", "min"), (seconds, "秒", "s")]
    kept = [part for part in parts if part[0]] or [(0, "分", "min")]
    return " ".join(f"{n} {zh}" for n, zh, _ in kept), " ".join(f"{n} {en}" for n, _, en in kept)
