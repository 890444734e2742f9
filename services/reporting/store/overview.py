"""Reading the read store."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from services.reporting.tables import Customer, Deadline, Demand

_GROUPS = {
    "by_status": Demand.status_category,
    "by_type": Demand.category,
    "by_priority": Demand.priority_rank,
    "by_department": Demand.lead,
}


def counts(session: Session, *, start: datetime, end: datetime, policy: str | None) -> dict[str, Any]:
    """Figures of the demands received in [start, end): total, four groups, breaches and notices; two statements."""
    received = [Demand.received_at >= start, Demand.received_at < end]
    if policy is not None:
        received.append(Demand.policy == policy)
    sums = select(func.count(), _sum(Demand.breaches), _sum(Demand.notices_sent), _sum(Demand.notices_failed)).where(
        *received
    )
    total, breaches, sent, failed = session.execute(sums).one()
    found: dict[str, Any] = {name: {} for name in _GROUPS}
    columns = tuple(_GROUPS.values())
    rows = session.execute(select(*columns, func.count()).where(*received).group_by(*columns))
    for *keys, count in rows:
        for name, key in zip(_GROUPS, keys, strict=True):
            label = "unknown" if key is None else str(key)
            found[name][label] = found[name].get(label, 0) + count
    return {"total": total, **found, "breaches": breaches, "notices": {"sent": sent, "failed": failed}}


def demand(session: Session, number: str) -> dict[str, Any] | None:
    """All that is known of one demand, with its customer's facts and its deadlines; None when there is none."""
    row = session.execute(
        select(Demand, Customer)
        .outerjoin(Customer, Customer.number == Demand.customer_number)
        .where(Demand.number == number)
    ).one_or_none()
    if row is None:
        return None
    found = _columns(row.Demand)
    clocks = session.execute(
        select(Deadline).where(Deadline.demand_id == row.Demand.demand_id).order_by(Deadline.due_at, Deadline.id)
    )
    found["customer"] = _columns(row.Customer) if row.Customer is not None else None
    found["deadlines"] = [_columns(clock) for clock in clocks.scalars()]
    return found


def complete(session: Session) -> list[str]:
    """Ids of the demands that both intake and triage have told of, for the conservation check."""
    both = (Demand.number.is_not(None), Demand.triaged_at.is_not(None))
    return list(session.execute(select(Demand.demand_id).where(*both).order_by(Demand.demand_id)).scalars())


def effects(session: Session) -> dict[str, int]:
    """How often counted events took effect, by kind, for the conservation check."""
    row = session.execute(select(_sum(Demand.notices_sent), _sum(Demand.notices_failed), _sum(Demand.breaches))).one()
    return dict(zip(("notice.sent", "notice.failed", "deadline.breached"), row, strict=True))


def _sum(column: Any) -> ColumnElement[int]:
    return func.coalesce(func.sum(column), 0)


def _columns(row: Any) -> dict[str, Any]:
    return {column.name: getattr(row, column.name) for column in row.__table__.columns}
