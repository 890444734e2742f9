"""By when the customer wishes to hear from us, read from their own words. Pure.

"24小时内回复", "两天内答复", "今天下班前", "by tomorrow 5 pm" name a moment; "尽快" and "asap" name none.
Of several the earliest counts. A day without a time is over when it ends, "下班前" is the day's closing time. All ours.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from shared.calendars.days import DAY, instant, local, windows_of
from shared.calendars.model import Calendar
from shared.calendars.working_time import due
from shared.policies.clarity import plain

LONGEST = timedelta(days=366)
"""What lies further ahead is no wish for an answer."""

_DIGITS = {"半": 0.5, "两": 2, **{sign: place for place, sign in enumerate("零一二三四五六七八九")}}
_WORDS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "half an": 0.5}
_ZH_NUMBER = r"(?P<n>\d{1,3}(?:\.5)?|半|[一二两三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九])"
_EN_NUMBER = r"(?P<n>\d{1,3}|half an|an?|one|two|three|four|five|six|seven)"
_ZH_SPAN = re.compile(
    _ZH_NUMBER + r"\s*个?(?P<unit>工作日|小时|钟头|分钟|天|日(?!前)|周|星期|礼拜|h(?:ours?|rs?)?|days?)(?:之|以)?[内里]"
)
_EN_SPAN = re.compile(
    r"\b(?:within|in)\s+(?:the\s+next\s+)?" + _EN_NUMBER + r"[\s-]*"
    r"(?P<unit>working days?|business days?|hours?|hrs?|h|minutes?|mins?|days?|weeks?)\b"
)
_UNITS = (
    ("工作日", "wd"), ("working", "wd"), ("business", "wd"), ("小时", "h"), ("钟头", "h"), ("h", "h"), ("分", "m"),
    ("min", "m"), ("天", "d"), ("日", "d"), ("day", "d"), ("周", "w"), ("星期", "w"), ("礼拜", "w"), ("week", "w"),
)  # fmt: skip
_WEEKDAYS = (
    ("周一", "星期一", "monday"), ("周二", "星期二", "tuesday"), ("周三", "星期三", "wednesday"),
    ("周四", "星期四", "thursday"), ("周五", "星期五", "friday"),
    ("周六", "星期六", "saturday"), ("周日", "星期日", "周天", "星期天", "sunday"),
)  # fmt: skip
_DAYS = {"今": 0, "明": 1, "后": 2, "today": 0, "tonight": 0, "tomorrow": 1}
_DAY = re.compile(
    r"(?P<zh>今|明|后)(?:天|日|早|晚)|\b(?P<en>today|tonight|tomorrow)\b"
    r"|(?P<next>下)?(?P<weekday>(?:周|星期)[一二三四五六日天])|\b(?P<enday>monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b"
    r"|(?:(?P<year>20\d\d)[-/年])?(?<!\d)(?P<month>1[0-2]|0?[1-9])(?:月|[-/])(?P<day>3[01]|[12]\d|0?[1-9])(?!\d)[日号]?"
)
_CLOSING = re.compile(r"下班|close of business|end of business|\bcob\b")
_HOUR = re.compile(
    r"(?P<part>上午|早上|早|中午|下午|傍晚|晚上|晚)?(?P<hour>[01]?\d|2[0-3])(?:[:点时](?P<minute>[0-5]\d|半)?)(?!间)"
    r"|\b(?P<en>1[0-2]|[1-9])(?::(?P<enminute>[0-5]\d))?\s?(?P<half>[ap])\.?m\b"
    r"|(?P<zhpart>上午|早上|早|中午|下午|傍晚|晚上|晚)?(?P<zhhour>十[一二]?|[一二两三四五六七八九])点(?P<zhminute>半)?"
)
_PARTS = re.compile(r"(?P<noon>中午|上午|\bnoon\b|\bmorning\b)|(?P<evening>下午|\bafternoon\b)")
_AFTERNOON = ("下午", "傍晚", "晚上", "晚")
_LATELY = timedelta(days=183)
"""A date without a year that passed less long ago is no wish, but what happened."""

_NEARBY = 32
"""How many signs around a day its time is looked for."""


def wished_by(text: str | None, said_at: datetime, calendar: Calendar) -> datetime | None:
    """The moment by which the customer wishes to hear from us, aware UTC; None when no moment to come is named."""
    if not text:
        return None
    said = plain(text)
    found = [at for at in (*_spans(said, said_at, calendar), *_points(said, said_at, calendar)) if at > said_at]
    earliest = min(found, default=None)
    return None if earliest is None or earliest > said_at + LONGEST else earliest


def _spans(said: str, said_at: datetime, calendar: Calendar) -> Iterator[datetime]:
    for match in (*_ZH_SPAN.finditer(said), *_EN_SPAN.finditer(said)):
        number, word = _number(match["n"]), match["unit"]
        unit = next(unit for start, unit in _UNITS if word.startswith(start))
        if unit == "wd":
            yield due(calendar, said_at, f"{max(1, round(number))}wd").due_at
        else:
            yield said_at + number * timedelta(
                **{"m": {"minutes": 1}, "h": {"hours": 1}, "w": {"weeks": 1}}.get(unit, {"days": 1})
            )


def _number(text: str) -> float:
    if text in _WORDS:
        return _WORDS[text]
    if text in _DIGITS:
        return _DIGITS[text]
    if "十" in text:
        tens, _, ones = text.partition("十")
        return 10 * (_DIGITS[tens] if tens else 1) + (_DIGITS[ones] if ones else 0)
    return float(text)


def _points(said: str, said_at: datetime, calendar: Calendar) -> Iterator[datetime]:
    today, _ = local(calendar, said_at)
    for match in _DAY.finditer(said):
        day = _day(match, today)
        if day is not None:
            around = said[max(0, match.start() - _NEARBY) : match.end() + _NEARBY]
            yield instant(calendar, day, _time_of_day(around, day, calendar))


def _day(match: re.Match[str], today: date) -> date | None:
    if match["zh"] or match["en"]:
        return today + _DAYS[match["zh"] or match["en"]] * DAY
    if name := match["weekday"] or match["enday"]:
        number = next(place for place, names in enumerate(_WEEKDAYS) if name in names)
        ahead = (number - today.weekday()) % 7
        this_week = today + (number - today.weekday()) * DAY
        return this_week + 7 * DAY if match["next"] else today + ahead * DAY
    try:
        found = date(int(match["year"] or today.year), int(match["month"]), int(match["day"]))
    except ValueError:
        return None
    if match["year"] or found >= today - _LATELY:
        return found
    return found.replace(year=found.year + 1, day=min(found.day, 28))


def _time_of_day(around: str, day: date, calendar: Calendar) -> timedelta:
    if _CLOSING.search(around):
        windows = windows_of(calendar, day)
        return timedelta(minutes=windows[-1].closes) if windows else DAY
    if hour := _HOUR.search(around):
        return _clock(hour)
    if part := _PARTS.search(around):
        return timedelta(hours=12 if part["noon"] else 18)
    return DAY


def _clock(match: re.Match[str]) -> timedelta:
    if match["en"]:
        hours = int(match["en"]) % 12 + (12 if match["half"] == "p" else 0)
        return timedelta(hours=hours, minutes=int(match["enminute"] or 0))
    hour, minute = match["hour"] or match["zhhour"], match["minute"] or match["zhminute"]
    hours = int(_number(hour))
    if (match["part"] or match["zhpart"] or "") in _AFTERNOON and hours < 12:
        hours += 12
    return timedelta(hours=hours, minutes=30 if minute == "半" else int(minute or 0))
