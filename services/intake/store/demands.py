"""Demands as reported."""

from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, insert, or_, select, update
from sqlalchemy.orm import Session, aliased

from services.intake.domain.records import ChannelRow, DemandRow, NewDemand, Origin
from services.intake.store.customers import family
from services.intake.tables import Channel, Customer, Demand

_Target = aliased(Demand)


def add(session: Session, demand: NewDemand) -> None:
    """Insert a demand."""
    session.execute(insert(Demand).values(**vars(demand)))


def find(session: Session, key: str) -> dict[str, Any] | None:
    """A demand by number or id, with its channel's and its customer's public parts; None when there is none."""
    query = (
        select(
            Demand.id, Demand.number, Demand.version, Demand.channel_id, Demand.customer_id, Demand.policy,
            Demand.policy_version, Demand.received_at, Demand.first_response_by, Demand.description, Demand.details,
            Demand.quality, Demand.status, Demand.status_code, Demand.resolution, Demand.department, Demand.cycle,
            Demand.waiting_for, Demand.result, Demand.result_sha256, Demand.locked_at, Demand.withdrawn_at,
            Demand.told, Demand.outcome, Channel.code.label("channel"), Channel.kind.label("channel_kind"),
            Customer.number.label("customer_number"), Customer.masked_name, _Target.number.label("merged_into"),
        )
        .join(Channel, Channel.id == Demand.channel_id)
        .join(Customer, Customer.id == Demand.customer_id)
        .outerjoin(_Target, _Target.id == Demand.merged_into)
        .where(or_(Demand.number == key, Demand.id == key))
    )  # fmt: skip
    row = session.execute(query).mappings().first()
    return None if row is None else dict(row)


def of_customer(
    session: Session, customer_id: str, *, after: tuple[datetime, str] | None, limit: int
) -> list[dict[str, Any]]:
    """The demands of a customer and of those merged into it, the newest first.

    after: (received_at, id) of the one shown last.
    """
    columns = (
        Demand.id,
        Demand.number,
        Demand.policy,
        Demand.received_at,
        Demand.status,
        Demand.status_code,
        Demand.resolution,
        Demand.cycle,
        Demand.department,
        Demand.description,
    )
    query = select(*columns).where(Demand.customer_id.in_(family(customer_id)))
    if after is not None:
        moment, demand_id = after
        query = query.where(or_(Demand.received_at < moment, and_(Demand.received_at == moment, Demand.id < demand_id)))
    query = query.order_by(Demand.received_at.desc(), Demand.id.desc()).limit(limit)
    return [dict(row) for row in session.execute(query).mappings()]


def lately_of(session: Session, customer_id: str, *, limit: int) -> list[dict[str, Any]]:
    """What is known of a customer's latest demands (or one's merged into it), those that are not closed first."""
    query = (
        select(
            Demand.number, Demand.policy, Demand.policy_version, Demand.received_at, Demand.status, Demand.status_code,
            Demand.resolution, Demand.cycle, Demand.department, Demand.description, Demand.details, Demand.result,
        )
        .where(Demand.customer_id.in_(family(customer_id)))
        .order_by(case((Demand.status == "closed", 1), else_=0), Demand.received_at.desc(), Demand.id.desc())
        .limit(limit)
    )  # fmt: skip
    return [dict(row) for row in session.execute(query).mappings()]


def locked(session: Session, key: str) -> DemandRow | None:
    """A demand by number or id as it is now, locked until the commit; None when there is none."""
    query = (
        select(
            Demand.id, Demand.number, Demand.version, Demand.channel_id, Channel.kind.label("channel_kind"),
            Demand.customer_id, Demand.policy, Demand.policy_version, Demand.status, Demand.status_code,
            Demand.resolution, Demand.cycle, Demand.result_sha256, Demand.locked_at, Demand.description,
            Demand.details, Demand.waiting_for, Demand.withdrawn_at, Demand.merged_into,
        )
        .join(Channel, Channel.id == Demand.channel_id)
        .where(or_(Demand.number == key, Demand.id == key))
        .with_for_update(of=Demand)
    )  # fmt: skip
    row = session.execute(query).mappings().first()
    return None if row is None else DemandRow(**row)


def sealed(session: Session, key: str) -> Any:
    """{id, number, customer_id, received_at, original} of a demand by number or id; None when there is none."""
    columns = (Demand.id, Demand.number, Demand.customer_id, Demand.received_at, Demand.original)
    return session.execute(select(*columns).where(or_(Demand.number == key, Demand.id == key))).first()


def told(session: Session, demand_id: str) -> list[dict[str, Any]]:
    """What the demand's customer may see of its handling, locked until the commit; empty for an unknown demand."""
    query = select(Demand.told).where(Demand.id == demand_id).with_for_update()
    return session.execute(query).scalar_one_or_none() or []


def origin(session: Session, demand_id: str) -> Origin | None:
    """What is needed to make other demands of this one; None when it is not here."""
    query = (
        select(
            Demand.number, Demand.policy, Demand.department, Demand.details, Customer.number.label("customer_number"),
            Channel.id, Channel.code, Channel.kind, Channel.allowed_policies,
            Channel.department.label("channel_department"),
        )
        .join(Channel, Channel.id == Demand.channel_id)
        .join(Customer, Customer.id == Demand.customer_id)
        .where(Demand.id == demand_id)
    )  # fmt: skip
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    department = row.channel_department or row.department or ""
    channel = ChannelRow(row.id, row.code, row.kind, row.policy, tuple(row.allowed_policies), department)
    return Origin(row.number, row.customer_number, row.details, channel)


def change(session: Session, demand_id: str, **values: Any) -> bool:
    """Set columns of a demand; False when it is not here."""
    found = session.execute(update(Demand).where(Demand.id == demand_id).values(**values).returning(Demand.id)).first()
    return found is not None


def ids(session: Session) -> list[str]:
    """The ids of all demands, for the conservation check."""
    return list(session.execute(select(Demand.id).order_by(Demand.id)).scalars())
