"""Deadlines of demands."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from services.triage.domain.records import DeadlineRow
from services.triage.tables import Deadline

_ALL = Deadline.__table__.columns
_CHUNK = 500


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


def provisional(session: Session, calendar: str) -> Iterator[str]:
    """Ids of demands with an open deadline that waits for this calendar's holidays, each once, a chunk at a time."""
    last = ""
    while True:
        query = (
            select(Deadline.demand_id)
            .where(
                Deadline.provisional,
                Deadline.calendar == calendar,
                Deadline.met_at.is_(None),
                Deadline.superseded_at.is_(None),
                Deadline.demand_id > last,
            )
            .distinct()
            .order_by(Deadline.demand_id)
            .limit(_CHUNK)
        )
        found = list(session.execute(query).scalars())
        yield from found
        if len(found) < _CHUNK:
            return
        last = found[-1]
