"""Weekly meetings, and what is on their agenda."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, insert, or_, select, update
from sqlalchemy.orm import Session

from services.triage.child_tables import Deadline, Promise
from services.triage.domain.meetings import MeetingRow
from services.triage.store.deadlines import STANDS
from services.triage.tables import Case, Meeting, Work

_ALL = Meeting.__table__.columns
_JOINT = exists().where(
    Work.demand_id == Case.id, Work.part == "joining", Work.state.in_(["offered", "accepted"])
)  # fmt: skip
_LATE = exists().where(
    Deadline.demand_id == Case.id,
    Deadline.breached_at.is_not(None),
    Deadline.met_at.is_(None),
    Deadline.superseded_at.is_(None),
    STANDS,
)
_PUT_OFF = exists().where(Promise.demand_id == Case.id, Promise.kind == "delay", Promise.kept_at.is_(None))
_ON_AGENDA = {"joint": _JOINT, "delayed": or_(_LATE, _PUT_OFF), "blocked": Case.blocked_at.is_not(None)}
_OPEN = ("in_progress", "pending", "waiting")


def agenda(
    session: Session, policy: str, kinds: Sequence[str], *, after: str | None, limit: int
) -> list[dict[str, Any]]:
    """Open demands of a policy that a meeting is about, by number: [{number, subject, lead, handler_name, why}]."""
    flags = [_ON_AGENDA[kind].label(kind) for kind in kinds]
    query = (
        select(Case.number, Case.subject, Case.lead, Case.handler_name, Case.blocked_at, *flags)
        .where(*_on_agenda(policy, kinds))
        .order_by(Case.number)
        .limit(limit)
    )
    if after is not None:
        query = query.where(Case.number > after)
    own = ("number", "subject", "lead", "handler_name", "blocked_at")
    return [
        {name: row[name] for name in own} | {"why": [kind for kind in kinds if row[kind]]}
        for row in session.execute(query).mappings()
    ]


def on_agenda(session: Session, policy: str, kinds: Sequence[str]) -> int:
    """How many demands a meeting is about."""
    return session.execute(select(func.count()).select_from(Case).where(*_on_agenda(policy, kinds))).scalar_one()


def add(session: Session, row: MeetingRow) -> None:
    """Keep a meeting; its id is unique, so that it is called once."""
    session.execute(insert(Meeting).values(**asdict(row)))


def known(session: Session, ids: Collection[str]) -> set[str]:
    """Those of these meetings that were called."""
    return set(session.execute(select(Meeting.id).where(Meeting.id.in_(ids))).scalars())


def lock(session: Session, meeting_id: str) -> MeetingRow | None:
    """A meeting, locked until the commit."""
    row = session.execute(select(*_ALL).where(Meeting.id == meeting_id).with_for_update()).mappings().first()
    return None if row is None else MeetingRow(**row)


def find(session: Session, meeting_id: str) -> MeetingRow | None:
    """A meeting."""
    row = session.execute(select(*_ALL).where(Meeting.id == meeting_id)).mappings().first()
    return None if row is None else MeetingRow(**row)


def change(session: Session, row: MeetingRow) -> None:
    """Write a meeting as it is now; the caller holds its lock."""
    values = {name: value for name, value in asdict(row).items() if name != "id"}
    session.execute(update(Meeting).where(Meeting.id == row.id).values(**values))


def overdue(session: Session, now: datetime, limit: int) -> list[str]:
    """Ids of meetings that were called and whose time is over."""
    query = select(Meeting.id).where(Meeting.state == "called", Meeting.due_at <= now).order_by(Meeting.due_at)
    return list(session.execute(query.limit(limit)).scalars())


def page(
    session: Session, *, policy: str | None, state: str | None, after: str | None, limit: int
) -> list[MeetingRow]:  # fmt: skip
    """Meetings, the latest week first."""
    query = select(*_ALL).order_by(Meeting.week.desc(), Meeting.id.desc()).limit(limit)
    if policy is not None:
        query = query.where(Meeting.policy == policy)
    if state is not None:
        query = query.where(Meeting.state == state)
    if after is not None:
        week = after.rpartition("/")[2]
        query = query.where(or_(Meeting.week < week, (Meeting.week == week) & (Meeting.id < after)))
    return [MeetingRow(**row) for row in session.execute(query).mappings()]


def _on_agenda(policy: str, kinds: Sequence[str]) -> list[Any]:
    wanted = or_(*(_ON_AGENDA[kind] for kind in kinds))
    return [Case.policy == policy, Case.status_category.in_(_OPEN), Case.historic.is_(None), wanted]
