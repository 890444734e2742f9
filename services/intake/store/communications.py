"""Communications about demands, every version of each."""

from datetime import datetime
from typing import Any

from sqlalchemy import and_, insert, or_, select, update
from sqlalchemy.orm import Session

from services.intake.child_tables import Communication
from services.intake.domain.communications import CommunicationRow
from services.intake.store.customers import family
from services.intake.tables import Demand

_ALL = Communication.__table__.columns
_STANDS = Communication.latest.is_(True)


def add(session: Session, row: CommunicationRow) -> None:
    """Insert a version, which takes the place of the one before it."""
    if row.version > 1:
        session.execute(update(Communication).where(Communication.id == row.id, _STANDS).values(latest=False))
    session.execute(insert(Communication).values(**vars(row)))


def find(session: Session, demand_id: str, communication_id: str) -> CommunicationRow | None:
    """The version of a demand's communication that stands."""
    query = _of(demand_id).where(Communication.id == communication_id, _STANDS)
    return next(iter(_rows(session, query)), None)


def page(session: Session, demand_id: str, *, after: tuple[datetime, str] | None, limit: int) -> list[CommunicationRow]:
    """A demand's communications as they stand, in the order in which they were; after: (occurred_at, id)."""
    query = _of(demand_id).where(_STANDS)
    if after is not None:
        moment, last = after
        at = Communication.occurred_at
        query = query.where(or_(at > moment, and_(at == moment, Communication.id > last)))
    return _rows(session, query.order_by(Communication.occurred_at, Communication.id).limit(limit))


def versions(
    session: Session, demand_id: str, communication_id: str, *, after: int, limit: int
) -> list[CommunicationRow]:
    """All that one communication ever said, from the version after `after` on."""
    query = _of(demand_id).where(Communication.id == communication_id, Communication.version > after)
    return _rows(session, query.order_by(Communication.version).limit(limit))


def of_customer(session: Session, customer_id: str, *, limit: int) -> list[tuple[str, CommunicationRow]]:
    """(demand's number, communication as it stands) of all demands of a customer or one merged into it."""
    query = (
        select(Demand.number, *_ALL)
        .join(Demand, Demand.id == Communication.demand_id)
        .where(Demand.customer_id.in_(family(customer_id)), _STANDS)
        .order_by(Communication.occurred_at.desc(), Communication.id.desc())
        .limit(limit)
    )
    return [(row.pop("number"), CommunicationRow(**row)) for row in map(dict, session.execute(query).mappings())]


def _of(demand_id: str) -> Any:
    return select(*_ALL).where(Communication.demand_id == demand_id)


def _rows(session: Session, query: Any) -> list[CommunicationRow]:
    return [CommunicationRow(**row) for row in session.execute(query).mappings()]
