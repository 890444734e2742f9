"""The notifier's own tables. No column says who a customer is or how to reach one."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, MetaData, String, Text, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.db import UtcDateTime

_SENDING = text("state = 'sending'")


class Base(DeclarativeBase):
    """Base of the notifier's tables; constraints are named so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        datetime: UtcDateTime,
        list[str]: JSON,
        dict[str, Any]: JSON,
        dict[str, Any] | None: JSON(none_as_null=True),
    }


class Demand(Base):
    """What a notice about a demand is made of. See domain.demands.DemandRow."""

    __tablename__ = "demands"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    number: Mapped[str | None] = mapped_column(String(80), index=True)
    policy: Mapped[str | None] = mapped_column(String(20))
    policy_version: Mapped[str | None] = mapped_column(String(20))
    language: Mapped[str | None] = mapped_column(String(10))
    customer_number: Mapped[str | None] = mapped_column(String(60))
    reported: Mapped[dict[str, Any] | None]
    historic: Mapped[bool | None]
    type_code: Mapped[str | None] = mapped_column(String(60))
    lead: Mapped[str | None] = mapped_column(String(40))
    joint: Mapped[bool | None]
    handler_id: Mapped[str | None] = mapped_column(String(36))


class Cause(Base):
    """What happened to a demand of which intake has not spoken yet; ids grow. See domain.causes.Cause."""

    __tablename__ = "causes"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    demand_id: Mapped[str] = mapped_column(String(36))
    key: Mapped[str] = mapped_column(String(200))
    event: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
    facts: Mapped[dict[str, Any]]
    decided: Mapped[dict[str, Any] | None]
    __table_args__ = (UniqueConstraint("demand_id", "key", name="uq_causes_once"),)


class Timer(Base):
    """The watch over one deadline; see domain.timers.TimerRow."""

    __tablename__ = "timers"
    id: Mapped[str] = mapped_column(String(100), primary_key=True)
    demand_id: Mapped[str] = mapped_column(String(36), index=True)
    code: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(40))
    due_at: Mapped[datetime]
    stage: Mapped[str] = mapped_column(String(20))
    next_at: Mapped[datetime | None] = mapped_column(index=True)
    paused_at: Mapped[datetime | None]


class Notice(Base):
    """One message to one recipient about one thing that happened to a demand, whatever its copies and attempts.

    See domain.notices.Wanted; happened_at is business time, the other moments are system time.
    """

    __tablename__ = "notices"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    demand_id: Mapped[str] = mapped_column(String(36))
    event: Mapped[str] = mapped_column(String(40))
    cause: Mapped[str] = mapped_column(String(200))
    happened_at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(40))
    audience: Mapped[str] = mapped_column(String(40))
    recipient: Mapped[str] = mapped_column(String(60))
    carrier: Mapped[str] = mapped_column(String(20))
    wording: Mapped[int]
    facts: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(20))
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    attempt: Mapped[int]
    next_at: Mapped[datetime | None]
    lease: Mapped[str | None] = mapped_column(String(36))
    reason: Mapped[str | None] = mapped_column(String(60))
    why: Mapped[str | None] = mapped_column(String(40))
    instead_of: Mapped[str | None] = mapped_column(String(36))
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("demand_id", "kind", "cause", "recipient", name="uq_notices_once"),
        Index("ix_notices_due", "carrier", "next_at"),
        Index("ix_notices_sending", "recipient", sqlite_where=_SENDING, postgresql_where=_SENDING),
    )


class CampaignLetter(Base):
    """One mail to one customer whom a campaign asks, whatever its copies and attempts. See domain.mailings.Mailing.

    The moments are system time.
    """

    __tablename__ = "letters"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    campaign: Mapped[str] = mapped_column(String(60))
    customer_number: Mapped[str] = mapped_column(String(60))
    policy: Mapped[str] = mapped_column(String(20))
    policy_version: Mapped[str] = mapped_column(String(20))
    form: Mapped[str] = mapped_column(String(60))
    state: Mapped[str] = mapped_column(String(20))
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    attempt: Mapped[int]
    next_at: Mapped[datetime | None] = mapped_column(index=True)
    lease: Mapped[str | None] = mapped_column(String(36))
    reason: Mapped[str | None] = mapped_column(String(60))
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    __table_args__ = (UniqueConstraint("campaign", "customer_number", name="uq_letters_once"),)


class Subscription(Base):
    """Somebody's address for signed webhooks. See domain.webhooks.Subscription."""

    __tablename__ = "subscriptions"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    url: Mapped[str] = mapped_column(Text)
    secret: Mapped[str] = mapped_column(String(100))
    events: Mapped[list[str]]
    policy: Mapped[str | None] = mapped_column(String(20))
    active: Mapped[bool]
    version: Mapped[int]
    created_at: Mapped[datetime]
