"""Intake's own tables. No column holds personal data in the clear: contacts and originals are sealed."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.child_tables import Base


class Channel(Base):
    """A way demands come in; only the keyed hash of its key is kept."""

    __tablename__ = "channels"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    policy: Mapped[str] = mapped_column(String(20))
    allowed_policies: Mapped[list[str]]
    department: Mapped[str] = mapped_column(String(40))
    form: Mapped[str | None] = mapped_column(String(60))
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class Counter(Base):
    """The last sequence taken in one scope of numbers."""

    __tablename__ = "counters"
    scope: Mapped[str] = mapped_column(String(120), primary_key=True)
    value: Mapped[int] = mapped_column(BigInteger)


class Customer(Base):
    """A customer as others may see it.

    verified_at, verified_by: when and by whom the contact was checked with the customer; merged_into: the number of the
    customer that goes on for this one.
    """

    __tablename__ = "customers"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    number: Mapped[str] = mapped_column(String(60), unique=True)
    version: Mapped[int] = mapped_column(BigInteger)
    masked_name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))
    industry: Mapped[str | None] = mapped_column(String(100))
    tier: Mapped[str | None] = mapped_column(String(40))
    value: Mapped[str | None] = mapped_column(String(40))
    company_name: Mapped[str | None] = mapped_column(String(200), index=True)
    source: Mapped[str | None] = mapped_column(String(60))
    preferred_channel: Mapped[str | None] = mapped_column(String(20))
    verified_at: Mapped[datetime | None]
    verified_by: Mapped[str | None] = mapped_column(String(80))
    merged_into: Mapped[str | None] = mapped_column(String(60), index=True)
    created_at: Mapped[datetime]
    number_scope: Mapped[str] = mapped_column(String(120))
    number_sequence: Mapped[int] = mapped_column(BigInteger)


class VaultEntry(Base):
    """A customer's key (wrapped by the master key) and sealed contact; deleting the row erases the customer."""

    __tablename__ = "vault"
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id"), primary_key=True)
    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)
    contact: Mapped[bytes] = mapped_column(LargeBinary)


class Identity(Base):
    """What links a report to a customer: the keyed hash of a normalised phone number or mail address."""

    __tablename__ = "identities"
    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id"), index=True)


class Demand(Base):
    """A demand as reported: redacted text for all, the original sealed with the customer's key.

    status (a category), status_code (the policy's), resolution, department, cycle, waiting_for, result,
    result_sha256 and locked_at follow what triage says; description and details grow with supplements.
    told: what customers may see of the handling, in order: [{kind, at, ...}], the last 50; outcome: what a result says
    besides {expectation_met, left_over, remedy, recourse}.
    """

    __tablename__ = "demands"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    number: Mapped[str] = mapped_column(String(80), unique=True)
    number_scope: Mapped[str] = mapped_column(String(120))
    number_sequence: Mapped[int] = mapped_column(BigInteger)
    version: Mapped[int] = mapped_column(BigInteger)
    channel_id: Mapped[str] = mapped_column(ForeignKey("channels.id"))
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id"))
    policy: Mapped[str] = mapped_column(String(20))
    policy_version: Mapped[str] = mapped_column(String(20))
    policy_sha256: Mapped[str] = mapped_column(String(64))
    received_at: Mapped[datetime]
    first_response_by: Mapped[datetime | None]
    description: Mapped[str] = mapped_column(Text)
    details: Mapped[dict[str, Any]]
    quality: Mapped[dict[str, Any]]
    original: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[str] = mapped_column(String(20))
    status_code: Mapped[str] = mapped_column(String(60))
    resolution: Mapped[str | None] = mapped_column(String(20))
    department: Mapped[str | None] = mapped_column(String(40))
    cycle: Mapped[int]
    waiting_for: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    withdrawn_at: Mapped[datetime | None]
    told: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    outcome: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    merged_into: Mapped[str | None] = mapped_column(String(36))
    result_sha256: Mapped[str | None] = mapped_column(String(64))
    locked_at: Mapped[datetime | None]
    order_number: Mapped[str | None] = mapped_column(String(80), index=True)
    __table_args__ = (
        Index("ix_demands_customer", "customer_id", "received_at"),
        Index("ix_demands_channel", "channel_id", "customer_id"),
    )
