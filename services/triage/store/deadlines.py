"""Deadlines of demands."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import exists, insert, or_, select, update
from sqlalchemy.orm import Session, aliased

from services.triage.child_tables import Deadline
from services.triage.domain.records import DeadlineRow

_ALL = Deadline.__table__.columns
_LATER = aliased(Deadline)
STANDS = or_(
    Deadline.kind == "promise",
    ~exists().where(
        _LATER.demand_id == Deadline.demand_id,
        _LATER.code == Deadline.code,
        _LATER.cycle == Deadline.cycle,
        _LATER.occurrence > Deadline.occurrence,
    ),
)
"""No later occurrence took its place: what was missed of a recurring clock is over. Promises stand side by side."""


def of_demand(session: Session, demand_id: str) -> list[DeadlineRow]:
    """All deadlines of a demand, the next one first."""
    query = select(*_ALL).where(Deadline.demand_id == demand_id).order_by(Deadline.due_at, Deadline.id)
    return [DeadlineRow(**row) for row in session.execute(query).mappings()]


def write(session: Session, before: Sequence[DeadlineRow], after: Sequence[DeadlineRow]) -> None:
    """Insert what is new in one statement, update what is changed; the caller holds the lock of the case."""
    known = {row.id: row for row in before}
    fresh = [asdict(row) for row in after if row.id not in known]
    if fresh:
        session.execute(insert(Deadline).values(fresh))
    for row in after:
        if row.id in known and row != known[row.id]:
            session.execute(update(Deadline).where(Deadline.id == row.id).values(**asdict(row)))


def provisional(session: Session, calendar: str, version: str, limit: int) -> list[str]:
    """Ids of demands with an open provisional deadline counted under another version of a calendar than this one."""
    query = (
        select(Deadline.demand_id)
        .where(
            Deadline.provisional,
            Deadline.met_at.is_(None),
            Deadline.superseded_at.is_(None),
            Deadline.calendar == calendar,
            Deadline.calendar_version != version,
        )
        .distinct()
        .limit(limit)
    )
    return list(session.execute(query).scalars())
