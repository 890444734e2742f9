"""Change requests of demands; the caller holds the lock of the case."""

from dataclasses import asdict

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from services.triage.child_tables import Change
from services.triage.domain.changes import OPEN, ChangeRow

_ALL = Change.__table__.columns


def add(session: Session, row: ChangeRow) -> None:
    """Enter a change."""
    session.execute(insert(Change).values(**_values(row)))


def change(session: Session, row: ChangeRow) -> None:
    """Write a change as it is now."""
    session.execute(update(Change).where(Change.id == row.id).values(**_values(row)))


def find(session: Session, demand_id: str, change_id: str) -> ChangeRow | None:
    """A change of this demand."""
    query = select(*_ALL).where(Change.id == change_id, Change.demand_id == demand_id)
    row = session.execute(query).mappings().first()
    return None if row is None else ChangeRow(**row)


def is_open(session: Session, demand_id: str) -> bool:
    """Whether a change of this demand waits for somebody's answer."""
    query = select(Change.id).where(Change.demand_id == demand_id, Change.state == OPEN)
    return session.execute(query).first() is not None


def of_demand(session: Session, demand_id: str) -> list[ChangeRow]:
    """All changes of a demand, in order."""
    query = select(*_ALL).where(Change.demand_id == demand_id).order_by(Change.number)
    return [ChangeRow(**row) for row in session.execute(query).mappings()]


def _values(row: ChangeRow) -> dict[str, object]:
    return {**asdict(row), "answers": list(row.answers)}
