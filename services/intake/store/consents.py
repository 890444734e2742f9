"""What customers agreed to, and took back."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from services.intake.child_tables import Consent
from services.intake.domain.records import ConsentRow
from services.intake.store.customers import family
from services.intake.tables import Channel, Demand

_MOST = 100
_STANDS = Consent.withdrawn_at.is_(None)


def add(session: Session, row: ConsentRow) -> None:
    """Insert a consent."""
    session.execute(insert(Consent).values(**asdict(row)))


def of_customer(session: Session, customer_id: str, *, limit: int = _MOST) -> list[ConsentRow]:
    """The latest consents of a customer and of those merged into it, the newest first."""
    columns = Consent.__table__.columns
    query = select(*columns).where(Consent.customer_id.in_(family(customer_id)))
    rows = session.execute(query.order_by(Consent.at.desc(), Consent.id.desc()).limit(limit)).mappings()
    return [ConsentRow(**row) for row in rows]


def withdraw(session: Session, customer_id: str, purpose: str | None, now: datetime) -> int:
    """Mark a customer's consents as taken back, to one purpose or to all; how many stood until now."""
    wanted: list[Any] = [Consent.customer_id.in_(family(customer_id)), _STANDS]
    wanted += [] if purpose is None else [Consent.purpose == purpose]
    return _withdrawn(session, wanted, now)


def withdraw_of_demand(session: Session, demand_id: str, now: datetime) -> int:
    """Mark as taken back what the demand's customer agreed to on its channel; how many stood until now."""
    return _withdrawn(session, [Consent.id.in_(_of_demand(demand_id, Consent.id)), _STANDS], now)


def latest_of_demand(session: Session, demand_id: str) -> tuple[datetime, datetime | None] | None:
    """(given, taken back) of what the demand's customer agreed to last on its channel; None: they were never asked."""
    query = _of_demand(demand_id, Consent.at, Consent.withdrawn_at).order_by(Consent.at.desc(), Consent.id.desc())
    row = session.execute(query.limit(1)).first()
    return None if row is None else (row[0], row[1])


def _of_demand(demand_id: str, *columns: Any) -> Any:
    query = select(*columns).join(Demand, Demand.customer_id == Consent.customer_id)
    query = query.join(Channel, (Channel.id == Demand.channel_id) & (Channel.code == Consent.channel))
    return query.where(Demand.id == demand_id)


def _withdrawn(session: Session, wanted: list[Any], now: datetime) -> int:
    marked = update(Consent).where(*wanted).values(withdrawn_at=now).returning(Consent.id)
    return len(session.execute(marked).all())
