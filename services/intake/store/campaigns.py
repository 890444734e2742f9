"""Campaigns, whom they ask, and who has answered."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import and_, func, insert, or_, select, update
from sqlalchemy.orm import Session

from services.intake.child_tables import Campaign, CampaignMember, Consent
from services.intake.domain.campaigns import Asked, Audience, CampaignRow
from services.intake.store import customers
from services.intake.tables import Channel, Customer, Demand, VaultEntry

_COLUMNS = [getattr(Campaign, name) for name in CampaignRow.__dataclass_fields__]


def audience(session: Session, wanted: Audience, limit: int) -> list[Asked]:
    """Those customers that are named and those that fit, in the order of their numbers."""
    fits = [getattr(Customer, name) == value for name, value in wanted.chosen.items()]
    named = Customer.number.in_(wanted.numbers)
    agreed = select(Consent.id).where(Consent.customer_id == Customer.id)
    refused = and_(
        agreed.where(Consent.withdrawn_at.is_not(None)).exists(), ~agreed.where(Consent.withdrawn_at.is_(None)).exists()
    )
    query = (
        select(
            Customer.id,
            Customer.number,
            VaultEntry.customer_id.is_(None).label("erased"),
            refused.label("refused"),
            Customer.merged_into.is_not(None).label("merged"),
        )
        .outerjoin(VaultEntry, VaultEntry.customer_id == Customer.id)
        .where(or_(named, and_(*fits)) if fits else named)
        .order_by(Customer.number)
        .limit(limit)
    )
    return [
        Asked(row.id, row.number, bool(row.erased), bool(row.refused), bool(row.merged))
        for row in session.execute(query)
    ]


def code_taken(session: Session, code: str) -> bool:
    """Whether there is a campaign of that code."""
    return session.execute(select(Campaign.id).where(Campaign.code == code)).first() is not None


def add(session: Session, row: CampaignRow, customer_ids: Iterable[str]) -> None:
    """A new campaign with whom it asks."""
    session.execute(insert(Campaign).values(**vars(row)))
    session.execute(insert(CampaignMember), [{"campaign_id": row.id, "customer_id": one} for one in customer_ids])


def find(session: Session, code: str) -> CampaignRow | None:
    """A campaign by its code."""
    return _one(session, select(*_COLUMNS).where(Campaign.code == code))


def locked(session: Session, code: str) -> CampaignRow | None:
    """A campaign as it is now, locked until the commit."""
    return _one(session, select(*_COLUMNS).where(Campaign.code == code).with_for_update())


def of_channel(session: Session, channel_id: str) -> CampaignRow | None:
    """The campaign that a channel was opened for."""
    return _one(session, select(*_COLUMNS).where(Campaign.channel_id == channel_id))


def close(session: Session, row: CampaignRow) -> None:
    """Write when it was closed; the caller holds its lock and has raised its version."""
    session.execute(
        update(Campaign).where(Campaign.id == row.id).values(version=row.version, closed_at=row.closed_at)
    )  # fmt: skip


def page(session: Session, *, after: str | None, limit: int) -> list[tuple[CampaignRow, str, int, int]]:
    """(campaign, its channel's code, how many are asked, how many have answered), the newest first; after: an id."""
    query = select(*_COLUMNS, Channel.code.label("channel"), _asked(), _answered()).join(
        Channel, Channel.id == Campaign.channel_id
    )
    if after is not None:
        query = query.where(Campaign.id < after)
    rows = session.execute(query.order_by(Campaign.id.desc()).limit(limit)).all()
    return [(CampaignRow(*row[:-3]), row[-3], row[-2], row[-1]) for row in rows]


def one(session: Session, code: str) -> tuple[CampaignRow, str, int, int] | None:
    """One of page(), by its code."""
    query = select(*_COLUMNS, Channel.code.label("channel"), _asked(), _answered())
    row = session.execute(query.join(Channel, Channel.id == Campaign.channel_id).where(Campaign.code == code)).first()
    return None if row is None else (CampaignRow(*row[:-3]), row[-3], row[-2], row[-1])


def members(session: Session, campaign: CampaignRow, *, after: str | None, limit: int) -> list[dict[str, Any]]:
    """{id, number, masked_name, answer: number of the demand they answered with, or None}, by customer's number."""
    answer = (
        select(func.min(Demand.number))
        .where(Demand.channel_id == campaign.channel_id, Demand.customer_id == Customer.id)
        .scalar_subquery()
    )
    query = (
        select(Customer.id, Customer.number, Customer.masked_name, answer.label("answer"))
        .join(CampaignMember, CampaignMember.customer_id == Customer.id)
        .where(CampaignMember.campaign_id == campaign.id)
    )
    if after is not None:
        query = query.where(Customer.number > after)
    return [dict(row) for row in session.execute(query.order_by(Customer.number).limit(limit)).mappings()]


def is_member(session: Session, campaign: CampaignRow, customer_id: str) -> bool:
    """Whether a campaign asks this customer."""
    where = (CampaignMember.campaign_id == campaign.id, CampaignMember.customer_id == customer_id)
    return session.execute(select(CampaignMember.customer_id).where(*where)).first() is not None


def has_answered(session: Session, campaign: CampaignRow, customer_id: str) -> bool:
    """Whether this customer, or one that was merged into it, has answered."""
    where = (Demand.channel_id == campaign.channel_id, Demand.customer_id.in_(customers.family(customer_id)))
    return session.execute(select(Demand.id).where(*where).limit(1)).first() is not None


def language_of(session: Session, customer_id: str) -> str:
    """The language that the customer reported in last, zh where they never did."""
    query = select(Demand.details).where(Demand.customer_id.in_(customers.family(customer_id)))
    row = session.execute(query.order_by(Demand.received_at.desc(), Demand.id.desc()).limit(1)).first()
    return "zh" if row is None else str(row.details.get("language", "zh"))


def _asked() -> Any:
    return (
        select(func.count())
        .select_from(CampaignMember)
        .where(CampaignMember.campaign_id == Campaign.id)
        .scalar_subquery()
        .label("asked")
    )


def _answered() -> Any:
    return (
        select(func.count(Demand.customer_id.distinct()))
        .join(CampaignMember, CampaignMember.customer_id == Demand.customer_id)
        .where(CampaignMember.campaign_id == Campaign.id, Demand.channel_id == Campaign.channel_id)
        .scalar_subquery()
        .label("answered")
    )


def _one(session: Session, query: Any) -> CampaignRow | None:
    row = session.execute(query).first()
    return None if row is None else CampaignRow(*row)
