"""The ledger of what was told to customers."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from services.triage.child_tables import Promise
from services.triage.domain.records import PromiseRow

_ALL = Promise.__table__.columns


def add(session: Session, row: PromiseRow) -> None:
    """Enter a promise; the caller holds the lock of its case."""
    session.execute(insert(Promise).values(**asdict(row)))


def last(session: Session, demand_id: str) -> tuple[int, int | None]:
    """(the last number, 0 when there is none; the number of the last one that names a date)."""
    dated = func.max(Promise.number).filter(Promise.promised_for.is_not(None))
    row = session.execute(select(func.max(Promise.number), dated).where(Promise.demand_id == demand_id)).one()
    return row[0] or 0, row[1]


def keep(session: Session, demand_id: str, number: int, now: datetime) -> bool:
    """Note that a promise was kept; False when there is no such open one."""
    done = session.execute(
        update(Promise)
        .where(Promise.demand_id == demand_id, Promise.number == number, Promise.kept_at.is_(None))
        .values(kept_at=now)
        .returning(Promise.number)
    )
    return done.first() is not None


def standing_date(session: Session, demand_id: str) -> datetime | None:
    """The date that the newest open promise names; the receipt's is about an answer, not about a result."""
    query = (
        select(Promise.promised_for)
        .where(
            Promise.demand_id == demand_id,
            Promise.promised_for.is_not(None),
            Promise.kept_at.is_(None),
            Promise.kind != "receipt",
        )
        .order_by(Promise.number.desc())
        .limit(1)
    )
    return session.execute(query).scalar_one_or_none()


def of_demand(session: Session, demand_id: str) -> list[PromiseRow]:
    """Everything that was told, in order."""
    query = select(*_ALL).where(Promise.demand_id == demand_id).order_by(Promise.number)
    return [PromiseRow(**row) for row in session.execute(query).mappings()]
