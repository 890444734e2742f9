"""The events triage publishes about the house: departments, staff, policies, calendars, meetings; no personal data."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.triage.domain.meetings import MeetingRow
from services.triage.domain.records import DepartmentRow, StaffRow
from services.triage.events import SOURCE, masked, moment
from shared.calendars.model import Calendar
from shared.clock import format_time
from shared.messaging import outbox
from shared.policies.meetings import Meeting
from shared.policies.model import Policy


def department_changed(session: Session, department: DepartmentRow, now: datetime) -> None:
    """department.changed on the department's stream, at the row's version."""
    outbox.publish(
        session,
        source=SOURCE,
        type="department.changed",
        subject=f"department/{department.code}",
        version=department.version,
        data={
            "code": department.code,
            "delivery": department.delivery,
            "name": {"zh": department.name_zh, "en": department.name_en},
        },
        now=now,
    )


def staff_changed(session: Session, person: StaffRow, now: datetime) -> None:
    """staff.changed on the person's stream, at the row's version; the name only masked, no log-in name."""
    outbox.publish(
        session,
        source=SOURCE,
        type="staff.changed",
        subject=f"staff/{person.id}",
        version=person.version,
        data={
            "staff_id": person.id,
            "masked_name": masked(person.name),
            "roles": list(person.roles),
            "policy_roles": list(person.policy_roles),
            "department": person.department,
            "active": person.disabled_at is None,
            "away": away_of(person),
        },
        now=now,
    )


def away_of(person: StaffRow) -> dict[str, str | None] | None:
    """{from, until, deputy: a staff id}, or None where no absence was said."""
    if person.away_from is None or person.away_until is None:
        return None
    return {
        "from": format_time(person.away_from),
        "until": format_time(person.away_until),
        "deputy": person.deputy_id,
    }


def policy_published(session: Session, policy: Policy, raw: bytes, now: datetime) -> None:
    """policy.published with the document's very bytes, on the policy's own stream."""
    _of_version(session, "policy", policy, raw, {"effective_from": format_time(policy.effective_from)}, now)


def calendar_published(session: Session, calendar: Calendar, raw: bytes, now: datetime) -> None:
    """calendar.published with the document's very bytes, on the calendar's own stream."""
    _of_version(session, "calendar", calendar, raw, {}, now)


def meeting_called(session: Session, row: MeetingRow, meeting: Meeting, now: datetime) -> None:
    """meeting.called on the period's stream: what is to be talked about, and by when."""
    data = {
        "items": [dict(one) for one in row.items],
        "left_off": row.left_off,
        "due_at": format_time(row.due_at),
        "audience": list(meeting.audience),
    }
    _of_meeting(session, "meeting.called", row, data, now)


def meeting_held(session: Session, row: MeetingRow, now: datetime) -> None:
    """meeting.held, with what was decided."""
    data = {
        "held_at": moment(row.held_at),
        "by": row.held_by,
        "notes": row.notes,
        "decisions": [dict(one) for one in row.decisions],
    }
    _of_meeting(session, "meeting.held", row, data, now)


def meeting_missed(session: Session, row: MeetingRow, now: datetime) -> None:
    """meeting.missed: the week is over."""
    _of_meeting(session, "meeting.missed", row, {"due_at": format_time(row.due_at)}, now)


def _of_meeting(session: Session, kind: str, row: MeetingRow, data: Mapping[str, Any], now: datetime) -> None:
    subject = f"period/{row.policy}/{row.week}"
    outbox.publish(
        session,
        source=SOURCE,
        type=kind,
        subject=subject,
        version=outbox.next_version(session, subject),
        data={"meeting_id": row.id, "policy": row.policy, "meeting": row.code, "week": row.week, **data},
        now=now,
    )


def _of_version(
    session: Session, kind: str, found: Policy | Calendar, raw: bytes, more: Mapping[str, Any], now: datetime
) -> None:
    subject = f"{kind}/{found.code}"
    data = {"code": found.code, "version": found.version, "sha256": found.sha256, "document": raw.decode("utf-8")}
    outbox.publish(
        session,
        source=SOURCE,
        type=f"{kind}.published",
        subject=subject,
        version=outbox.next_version(session, subject),
        data={**data, **more},
        now=now,
    )
