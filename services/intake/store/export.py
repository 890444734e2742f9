"""Everything that is held of a customer and of those merged into it, sealed as it lies."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from services.intake.child_tables import Change, Communication, Confirmation, ContactRead, Supplement
from services.intake.store.customers import family
from services.intake.tables import Channel, Customer, Demand

_MOST_READS = 1000
Row = dict[str, Any]


def demands(session: Session, customer_id: str, *, after: tuple[datetime, str] | None, limit: int) -> list[Row]:
    """Their demands with the sealed originals, the newest first; after: (received_at, id) of the last one shown."""
    columns = (
        Demand.id, Demand.customer_id, Demand.number, Demand.policy, Demand.policy_version, Demand.received_at,
        Demand.status, Demand.resolution, Demand.department, Demand.result, Demand.withdrawn_at, Demand.original,
        Channel.code.label("channel"),
    )  # fmt: skip
    query = select(*columns).join(Channel, Channel.id == Demand.channel_id)
    query = query.where(Demand.customer_id.in_(family(customer_id)))
    if after is not None:
        moment, last = after
        query = query.where(or_(Demand.received_at < moment, and_(Demand.received_at == moment, Demand.id < last)))
    return _rows(session, query.order_by(Demand.received_at.desc(), Demand.id.desc()).limit(limit))


def supplements(session: Session, demand_ids: Sequence[str]) -> list[Row]:
    """What the demands' own customers added to them."""
    query = select(*_of(Supplement, "id", "demand_id", "at", "by", "original"))
    mine = (Supplement.demand_id.in_(demand_ids), Supplement.customer_id.is_(None))
    return _rows(session, query.where(*mine).order_by(Supplement.demand_id, Supplement.seq))


def supplements_elsewhere(session: Session, customer_id: str) -> list[Row]:
    """What they added to other customers' demands, into which theirs were merged."""
    columns = _of(Supplement, "id", "customer_id", "at", "by", "original")
    query = select(*columns, Demand.number).join(Demand, Demand.id == Supplement.demand_id)
    query = query.where(Supplement.customer_id.in_(family(customer_id))).order_by(Supplement.at)
    return _rows(session, query)


def communications(session: Session, demand_ids: Sequence[str]) -> list[Row]:
    """Talks about the demands, every version."""
    columns = _of(Communication, "id", "version", "demand_id", "occurred_at", "registered_at", "by", "original")
    query = select(*columns).where(Communication.demand_id.in_(demand_ids))
    return _rows(session, query.order_by(Communication.occurred_at, Communication.id, Communication.version))


def confirmations(session: Session, demand_ids: Sequence[str]) -> list[Row]:
    """Answers to results."""
    query = select(*_of(Confirmation, "id", "demand_id", "cycle", "at", "by", "original"))
    return _rows(session, query.where(Confirmation.demand_id.in_(demand_ids)).order_by(Confirmation.at))


def changes(session: Session, demand_ids: Sequence[str]) -> list[Row]:
    """Answers to changes of plans."""
    query = select(*_of(Change, "id", "demand_id", "at", "by", "original"))
    return _rows(session, query.where(Change.demand_id.in_(demand_ids), Change.original.is_not(None)))


def readings(session: Session, customer_id: str) -> list[Row]:
    """Who opened their contact, the latest thousand."""
    numbers = select(Customer.number).where(Customer.id.in_(family(customer_id)))
    query = select(*_of(ContactRead, "customer_number", "purpose", "reader", "read_at"))
    query = query.where(ContactRead.customer_number.in_(numbers)).order_by(ContactRead.read_at.desc())
    return _rows(session, query.limit(_MOST_READS))


def _of(table: Any, *names: str) -> list[Any]:
    return [getattr(table, name) for name in names]


def _rows(session: Session, query: Any) -> list[Row]:
    return [dict(row) for row in session.execute(query).mappings()]
