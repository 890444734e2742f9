"""Intake's own tables. No column holds personal data in the clear: contacts and originals are sealed."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, LargeBinary, MetaData, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.db import UtcDateTime


class Base(DeclarativeBase):
    """Base of intake's tables; constraints are named so that migrations can name them."""

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
        dict[str, Any]: JSON,
        list[str]: JSON,
        list[dict[str, Any]]: JSON,
    }


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
    """A customer as others may see it."""

    __tablename__ = "customers"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    number: Mapped[str] = mapped_column(String(60), unique=True)
    version: Mapped[int] = mapped_column(BigInteger)
    masked_name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))
    industry: Mapped[str | None] = mapped_column(String(100))
    tier: Mapped[str | None] = mapped_column(String(40))
    value: Mapped[str | None] = mapped_column(String(40))
    company_name: Mapped[str | None] = mapped_column(String(200))
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
    __table_args__ = (Index("ix_demands_customer", "customer_id", "received_at"),)


class Consent(Base):
    """What a customer agreed to on a form: purpose "handling" or a form's own; channel: its code."""

    __tablename__ = "consents"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(60))
    policy: Mapped[str] = mapped_column(String(20))
    policy_version: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]
    channel: Mapped[str] = mapped_column(String(60))


class Supplement(Base):
    """What came in after the demand, in order; the words sealed with the customer's key.

    customer_id: of the customer whose words and key these are, where it is another one (of a merged demand).
    """

    __tablename__ = "supplements"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    demand_id: Mapped[str] = mapped_column(ForeignKey("demands.id"))
    seq: Mapped[int]
    original: Mapped[bytes] = mapped_column(LargeBinary)
    details: Mapped[dict[str, Any]]
    given: Mapped[list[str]]
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(80))
    customer_id: Mapped[str | None] = mapped_column(String(36))
    __table_args__ = (UniqueConstraint("demand_id", "seq", name="uq_supplements_seq"),)


class Confirmation(Base):
    """A customer's answer to the result of one cycle; signature and words sealed.

    signed: the method, or None; result_sha256: of the words answered to; late: it came after the closing.
    """

    __tablename__ = "confirmations"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    demand_id: Mapped[str] = mapped_column(ForeignKey("demands.id"))
    cycle: Mapped[int]
    satisfaction: Mapped[str] = mapped_column(String(40))
    satisfied: Mapped[bool]
    opinion: Mapped[str | None] = mapped_column(Text)
    signed: Mapped[str | None] = mapped_column(String(20))
    original: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(80))
    result_sha256: Mapped[str | None] = mapped_column(String(64))
    late: Mapped[bool] = mapped_column(default=False)
    __table_args__ = (UniqueConstraint("demand_id", "cycle", "late", name="uq_confirmations_cycle"),)


class Change(Base):
    """A change of a demand's plan, as triage asked for it; the customer's answer with name and words sealed.

    state: open, approved, refused, as triage says; agreed None: not answered yet.
    """

    __tablename__ = "changes"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    demand_id: Mapped[str] = mapped_column(ForeignKey("demands.id"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(20))
    asked: Mapped[dict[str, Any]]
    agreed: Mapped[bool | None]
    opinion: Mapped[str | None] = mapped_column(Text)
    original: Mapped[bytes | None] = mapped_column(LargeBinary)
    at: Mapped[datetime | None]
    by: Mapped[str | None] = mapped_column(String(80))
    __table_args__ = (UniqueConstraint("demand_id", "number", name="uq_changes_number"),)


class Communication(Base):
    """One version of a communication about a demand; what was said is sealed with the customer's key.

    details: redacted (domain.communications.Communication); latest: whether this is the version that stands.
    """

    __tablename__ = "communications"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    demand_id: Mapped[str] = mapped_column(ForeignKey("demands.id"))
    occurred_at: Mapped[datetime]
    registered_at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(80))
    details: Mapped[dict[str, Any]]
    original: Mapped[bytes] = mapped_column(LargeBinary)
    latest: Mapped[bool]
    __table_args__ = (Index("ix_communications_demand", "demand_id", "latest", "occurred_at"),)


class Spawned(Base):
    """A demand that was made of a part of another one, by the event that told the part."""

    __tablename__ = "spawned"
    event_id: Mapped[str] = mapped_column(String(100), primary_key=True)
    part: Mapped[str] = mapped_column(String(10), primary_key=True)
    number: Mapped[str] = mapped_column(String(80))


class ContactRead(Base):
    """Who opened a contact, when and why; never what it held."""

    __tablename__ = "contact_reads"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    customer_number: Mapped[str] = mapped_column(String(60), index=True)
    purpose: Mapped[str] = mapped_column(String(40))
    reader: Mapped[str] = mapped_column(String(80))
    read_at: Mapped[datetime]
    request_id: Mapped[str | None] = mapped_column(String(64))


class Import(Base):
    """One import of historic rows; rows: what became of each (domain.imports.Outcome), in order, no personal data."""

    __tablename__ = "imports"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    policy: Mapped[str] = mapped_column(String(20))
    policy_version: Mapped[str] = mapped_column(String(20))
    channel: Mapped[str] = mapped_column(String(40))
    by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]
    rows: Mapped[list[dict[str, Any]]]


class ImportedRow(Base):
    """A row that was taken in, by the keyed hash of its content: the same one again is known."""

    __tablename__ = "imported_rows"
    policy: Mapped[str] = mapped_column(String(20), primary_key=True)
    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    number: Mapped[str] = mapped_column(String(80))
