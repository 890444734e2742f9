"""The weekly meeting of a policy: when its agenda is drawn up, by when it is to be held. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal

from shared.calendars.days import instant, is_working_day, local, openings
from shared.calendars.model import Calendar
from shared.calendars.working_time import next_opening
from shared.policies.meetings import Meeting

_DAY = timedelta(days=1)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
State = Literal["called", "held", "missed", "idle"]


@dataclass(frozen=True)
class MeetingRow:
    """One week's meeting. id: <policy>/<meeting>/<week>, such as A/weekly/2024-W41.

    items: [{number, lead, why: [joint, delayed, blocked]}] as they stood when it was called; left_off: how many more
    there were; state idle: nothing was on the agenda. decisions: [{number, text}].
    """

    id: str
    policy: str
    code: str
    week: str
    state: State
    called_at: datetime
    due_at: datetime
    items: Sequence[Mapping[str, Any]]
    left_off: int = 0
    held_at: datetime | None = None
    held_by: str | None = None
    notes: str | None = None
    decisions: Sequence[Mapping[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Week:
    """key: as ISO 8601 writes it, 2024-W41; monday: its first day."""

    key: str
    monday: date


def week_of(calendar: Calendar, moment: datetime) -> Week:
    """The week that a moment lies in, where the calendar is."""
    day, _ = local(calendar, moment)
    year, week, weekday = day.isocalendar()
    return Week(f"{year:04}-W{week:02}", day - (weekday - 1) * _DAY)


def called_at(meeting: Meeting, calendar: Calendar, week: Week) -> datetime | None:
    """When the agenda is drawn up: on the policy's day and hour, or when work begins again after a closed day.

    None: nobody works in what is left of the week (2024-10-01 to 10-07).
    """
    day = week.monday + _WEEKDAYS.index(meeting.on) * _DAY
    hours, minutes = meeting.at.split(":")
    wanted = instant(calendar, day, timedelta(hours=int(hours), minutes=int(minutes)))
    found = wanted if is_working_day(calendar, day) else next_opening(calendar, wanted)
    return found if week_of(calendar, found) == week else None


def due_at(calendar: Calendar, week: Week) -> datetime:
    """By when it is to be held: the closing of the week's last working day, a make-up day at its end included."""
    days = [week.monday + number * _DAY for number in range(7)]
    return max(closes for day in days for _, closes in openings(calendar, day))


def to_call(meeting: Meeting, calendar: Calendar, now: datetime) -> tuple[Week, datetime] | None:
    """(this week, by when its meeting is to be held) once the agenda's moment has come, until that time is over.

    Late after an outage is fine; a week that is over is not called any more.
    """
    week = week_of(calendar, now)
    begins = called_at(meeting, calendar, week)
    if begins is None or now < begins:
        return None
    ends = due_at(calendar, week)
    return (week, ends) if now < ends else None
