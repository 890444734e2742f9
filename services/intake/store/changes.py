"""Changes of plans that customers are asked about."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from services.intake.child_tables import Change
from services.intake.domain.records import ChangeRow

_ALL = Change.__table__.columns


def add(session: Session, row: ChangeRow) -> None:
    """Insert a change."""
    session.execute(insert(Change).values(**asdict(row)))


def find(session: Session, demand_id: str, change_id: str) -> ChangeRow | None:
    """A change of this demand."""
    query = select(*_ALL).where(Change.id == change_id, Change.demand_id == demand_id)
    row = session.execute(query).mappings().first()
    return None if row is None else ChangeRow(**row)


def of_demand(session: Session, demand_id: str) -> list[ChangeRow]:
    """All changes of a demand, in order."""
    query = select(*_ALL).where(Change.demand_id == demand_id).order_by(Change.number)
    return [ChangeRow(**row) for row in session.execute(query).mappings()]


def decide(session: Session, change_id: str, state: str) -> None:
    """Note what triage says came of it."""
    session.execute(update(Change).where(Change.id == change_id).values(state=state))


def answer(
    session: Session, change_id: str, *, agreed: bool, opinion: str | None, original: bytes, at: datetime, by: str
) -> None:
    """Keep the customer's answer; the caller holds the lock of the demand."""
    values = {"agreed": agreed, "opinion": opinion, "original": original, "at": at, "by": by}
    session.execute(update(Change).where(Change.id == change_id).values(**values))
