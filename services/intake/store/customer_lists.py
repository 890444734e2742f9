"""Customers by what they have in common, and page by page."""

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from services.intake.domain.records import CustomerRow
from services.intake.store.customers import all_of, family, rows
from services.intake.tables import Customer, Demand

_Other = aliased(Demand)
_MOST_ORDERS = 100


def by_ids(session: Session, ids: Collection[str]) -> list[CustomerRow]:
    """These customers, the newest first."""
    return all_of(session, rows().where(Customer.id.in_(ids)).order_by(Customer.id.desc())) if ids else []


def of_order(session: Session, order_number: str, *, limit: int) -> list[str]:
    """Ids of the customers whose demands name this order."""
    query = select(Demand.customer_id).where(Demand.order_number == order_number).distinct()
    return list(session.execute(query.order_by(Demand.customer_id.desc()).limit(limit)).scalars())


def of_company(session: Session, company: str, *, limit: int) -> list[str]:
    """Ids of the customers of this company, the newest first."""
    query = select(Customer.id).where(Customer.company_name == company, Customer.merged_into.is_(None))
    return list(session.execute(query.order_by(Customer.id.desc()).limit(limit)).scalars())


def sharing_orders(session: Session, customer_id: str, *, limit: int) -> set[str]:
    """Ids of other customers whose demands name an order that a demand of this one names."""
    own = family(customer_id)
    orders = select(Demand.order_number).where(Demand.customer_id.in_(own), Demand.order_number.is_not(None))
    latest = orders.order_by(Demand.received_at.desc()).limit(_MOST_ORDERS)
    query = select(_Other.customer_id).where(_Other.order_number.in_(latest), _Other.customer_id.not_in(own))
    return set(session.execute(query.distinct().limit(limit)).scalars())


def page(session: Session, wanted: Mapping[str, str], *, before: str | None, limit: int) -> list[CustomerRow]:
    """Customers that were not merged, the newest first. wanted: {column: value}; before: the id shown last."""
    query = rows().where(
        Customer.merged_into.is_(None), *(getattr(Customer, name) == one for name, one in wanted.items())
    )
    query = query if before is None else query.where(Customer.id < before)
    return all_of(session, query.order_by(Customer.id.desc()).limit(limit))


def of_family(session: Session, customer_id: str) -> list[CustomerRow]:
    """A customer and those merged into it, the eldest first."""
    return all_of(session, rows().where(Customer.id.in_(family(customer_id))).order_by(Customer.id))
