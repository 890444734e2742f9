"""The weekly meeting: called with its agenda, held with what was decided, or missed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.triage import house_events as events
from services.triage.domain.meetings import MeetingRow, Week, to_call
from services.triage.store import meetings
from services.triage.usecases.case_file import Books
from shared.policies.meetings import Meeting
from shared.policies.model import Policy
from shared.refused import Refused, wrong

MOST = 200
"""Demands on a written agenda; the rest is counted, and read in the live one."""

Due = tuple[Policy, Meeting, Week, datetime]


def due_now(session: Session, books: Books, now: datetime) -> list[Due]:
    """Meetings whose agenda's moment has come and that were not called yet."""
    found: dict[str, Due] = {}
    for policy in in_force(books, now):
        calendar = books.calendars.effective(policy.calendar)
        for meeting in policy.meetings:
            wanted = to_call(meeting, calendar, now)
            if wanted is not None:
                week, due = wanted
                found[_id(policy, meeting, week)] = (policy, meeting, week, due)
    known = meetings.known(session, list(found)) if found else set()
    return [one for name, one in found.items() if name not in known]


def call(session: Session, due: Due, now: datetime) -> MeetingRow:
    """Draw up the agenda as things stand; where nothing is on it, no meeting is needed."""
    policy, meeting, week, ends = due
    rows = meetings.agenda(session, policy.code, meeting.agenda, after=None, limit=MOST)
    count = meetings.on_agenda(session, policy.code, meeting.agenda) if len(rows) == MOST else len(rows)
    items = [{name: row[name] for name in ("number", "lead", "why")} for row in rows]
    row = MeetingRow(
        id=_id(policy, meeting, week),
        policy=policy.code,
        code=meeting.code,
        week=week.key,
        state="called" if items else "idle",
        called_at=now,
        due_at=ends,
        items=items,
        left_off=count - len(items),
    )
    meetings.add(session, row)
    if items:
        events.meeting_called(session, row, meeting, now)
    return row


def hold(
    session: Session,
    meeting_id: str,
    *,
    held_at: datetime,
    notes: str | None,
    decisions: Sequence[Mapping[str, Any]],
    by: str,
    now: datetime,
) -> MeetingRow:
    """It was held; one that was missed is so late, and says when. decisions: [{number, text}] on demands of its agenda.

    Refused 404 meeting-unknown; 409 meeting-held, nothing-on-agenda; 422 held-in-future, held-before-called,
    not-on-agenda.
    """
    row = meetings.lock(session, meeting_id)
    if row is None:
        raise Refused("meeting-unknown", "There is no such meeting", 404)
    if row.state == "held":
        raise Refused("meeting-held", "This meeting was held already")
    if row.state == "idle":
        raise Refused("nothing-on-agenda", "Nothing was on the agenda of this week")
    if held_at > now:
        raise wrong("/held_at", "held-in-future", "A meeting cannot have been held later than now")
    if held_at < row.called_at:
        raise wrong("/held_at", "held-before-called", "It was called later than that")
    listed = {one["number"] for one in row.items}
    for place, one in enumerate(decisions):
        if not row.left_off and one["number"] not in listed:
            raise wrong(f"/decisions/{place}/number", "not-on-agenda", "This demand is not on the agenda")
    row = replace(row, state="held", held_at=held_at, held_by=by, notes=notes, decisions=list(decisions))
    meetings.change(session, row)
    events.meeting_held(session, row, now)
    return row


def miss(session: Session, meeting_id: str, now: datetime) -> bool:
    """Its time is over; False when it was held meanwhile."""
    row = meetings.lock(session, meeting_id)
    if row is None or row.state != "called" or row.due_at > now:
        return False
    row = replace(row, state="missed")
    meetings.change(session, row)
    events.meeting_missed(session, row, now)
    return True


def in_force(books: Books, now: datetime) -> list[Policy]:
    """Of every policy the version that counts now, by code."""
    codes = sorted({one.code for one in books.policies.all() if one.effective_from <= now})
    return [books.policies.effective(code, now) for code in codes]


def _id(policy: Policy, meeting: Meeting, week: Week) -> str:
    return f"{policy.code}/{meeting.code}/{week.key}"
