"""Reporting's own tables. Every column is filled by one source, so that the order between sources does not matter."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, MetaData, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.db import UtcDateTime


class Base(DeclarativeBase):
    """Base of reporting's tables; constraints are named so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime, dict[str, Any]: JSON}


class Demand(Base):
    """One demand; a part whose source has not spoken yet is empty."""

    __tablename__ = "demands"
    demand_id: Mapped[str] = mapped_column(String(36), primary_key=True)

    # from intake; what is known of the customer stands in customers, whose stream is another one
    number: Mapped[str | None] = mapped_column(String(80), index=True)
    policy: Mapped[str | None] = mapped_column(String(20))
    policy_version: Mapped[str | None] = mapped_column(String(20))
    channel: Mapped[str | None] = mapped_column(String(40))
    channel_kind: Mapped[str | None] = mapped_column(String(20))
    received_at: Mapped[datetime | None] = mapped_column(index=True)
    customer_number: Mapped[str | None] = mapped_column(String(60))
    urgency: Mapped[str | None] = mapped_column(String(60))
    vague: Mapped[bool | None]
    missing: Mapped[int | None]
    product: Mapped[str | None] = mapped_column(Text)

    # from triage
    type_code: Mapped[str | None] = mapped_column(String(60))
    category: Mapped[str | None] = mapped_column(String(20))
    priority_rank: Mapped[int | None]
    priority_code: Mapped[str | None] = mapped_column(String(60))
    lead: Mapped[str | None] = mapped_column(String(40))
    status_category: Mapped[str | None] = mapped_column(String(20))
    status_resolution: Mapped[str | None] = mapped_column(String(20))
    first_response_by: Mapped[datetime | None]
    triaged_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    accepted_by: Mapped[str | None] = mapped_column(String(100))
    breached: Mapped[int] = mapped_column(default=0)

    # from the notifier
    notices_sent: Mapped[int] = mapped_column(default=0)
    notices_failed: Mapped[int] = mapped_column(default=0)
    last_notice_at: Mapped[datetime | None]


class Customer(Base):
    """What figures need of a customer, from intake's stream of that customer; no name."""

    __tablename__ = "customers"
    number: Mapped[str] = mapped_column(String(60), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    industry: Mapped[str | None] = mapped_column(String(100))
    tier: Mapped[str | None] = mapped_column(String(40))
    value: Mapped[str | None] = mapped_column(String(40))


class Deadline(Base):
    """One clock of one demand, from triage."""

    __tablename__ = "deadlines"
    id: Mapped[str] = mapped_column(String(100), primary_key=True)
    demand_id: Mapped[str] = mapped_column(String(36), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    due_at: Mapped[datetime]
    met_at: Mapped[datetime | None]
    breached_at: Mapped[datetime | None]


class Department(Base):
    """A department, from triage; name {zh, en}."""

    __tablename__ = "departments"
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[dict[str, Any]]
    delivery: Mapped[str] = mapped_column(String(20))
