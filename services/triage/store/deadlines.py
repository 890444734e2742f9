"""Deadlines of demands."""

from collections.abc import Sequence

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from services.triage.domain.records import DeadlineRow
from services.triage.tables import Deadline

_ALL = Deadline.__table__.columns


def add(session: Session, deadlines: Sequence[DeadlineRow]) -> None:
    """Insert a demand's deadlines in one statement."""
    if deadlines:
        session.execute(insert(Deadline).values([dict(vars(one)) for one in deadlines]))


def of_demand(session: Session, demand_id: str) -> list[DeadlineRow]:
    """The demand's whole current set, the next one first."""
    query = select(*_ALL).where(Deadline.demand_id == demand_id).order_by(Deadline.due_at, Deadline.id)
    return [DeadlineRow(**row) for row in session.execute(query).mappings()]


def change(session: Session, deadline: DeadlineRow) -> None:
    """Write when a deadline was met or breached; the caller holds the lock of its case."""
    session.execute(
        update(Deadline)
        .where(Deadline.id == deadline.id)
        .values(met_at=deadline.met_at, breached_at=deadline.breached_at)
    )
