"""One row per demand, whichever source speaks of it first."""

from collections.abc import Mapping
from typing import Any, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.reporting.domain.overview import Group
from services.reporting.domain.period import Period
from services.reporting.tables import Customer, Demand
from shared.db import upsert

Counted = Literal["breached", "notices_sent", "notices_failed"]
_ALL = Demand.__table__.columns


def fill(session: Session, demand_id: str, values: Mapping[str, Any]) -> None:
    """Set columns of a demand; those not named stay as they are."""
    add = upsert(session, Demand).values(demand_id=demand_id, **values)
    session.execute(add.on_conflict_do_update(index_elements=["demand_id"], set_=dict(values)))


def count(session: Session, demand_id: str, column: Counted, values: Mapping[str, Any]) -> None:
    """Add one to a column and set others."""
    add = upsert(session, Demand).values(demand_id=demand_id, **{column: 1}, **values)
    changed = {column: getattr(Demand, column) + 1, **values}
    session.execute(add.on_conflict_do_update(index_elements=["demand_id"], set_=changed))


def find(session: Session, number: str) -> dict[str, Any] | None:
    """A demand with what is known of its customer; None until intake's part is there."""
    query = (
        select(*_ALL, Customer.kind.label("customer_kind"), Customer.industry, Customer.tier, Customer.value)
        .outerjoin(Customer, Customer.number == Demand.customer_number)
        .where(Demand.number == number)
    )
    row = session.execute(query).mappings().first()
    return None if row is None else dict(row)


def groups(session: Session, period: Period, policy: str | None) -> list[Group]:
    """Demands received in a period, counted by what was decided about them."""
    alike = (Demand.policy, Demand.status_category, Demand.type_code, Demand.priority_code, Demand.lead)
    query = select(
        *alike,
        func.count(),
        func.count().filter(Demand.breached > 0),
        func.sum(Demand.notices_sent),
        func.sum(Demand.notices_failed),
    ).where(Demand.received_at >= period.begins, Demand.received_at < period.ends)
    if policy is not None:
        query = query.where(Demand.policy == policy)
    return [Group(*row.tuple()) for row in session.execute(query.group_by(*alike))]


def projected(session: Session) -> list[str]:
    """Ids of the demands of which both intake and triage have spoken."""
    complete = (Demand.number.is_not(None), Demand.triaged_at.is_not(None))
    return list(session.execute(select(Demand.demand_id).where(*complete).order_by(Demand.demand_id)).scalars())


def totals(session: Session) -> dict[str, int]:
    """The sums of what is counted."""
    names: tuple[Counted, ...] = ("breached", "notices_sent", "notices_failed")
    row = session.execute(select(*[func.coalesce(func.sum(getattr(Demand, name)), 0) for name in names])).one()
    return dict(zip(names, map(int, row), strict=True))
