"""Reporting's own tables. What is told is filled by one source per column, so that their order does not matter."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.reporting.child_tables import Base


class Demand(Base):
    """One demand; a part whose source has not spoken yet is empty. All texts came redacted."""

    __tablename__ = "demands"
    __table_args__ = (Index("ix_demands_policy_received", "policy", "received_at"),)
    demand_id: Mapped[str] = mapped_column(String(36), primary_key=True)

    # from intake; what is known of the customer stands in customers, whose stream is another one
    number: Mapped[str | None] = mapped_column(String(80), index=True)
    policy: Mapped[str | None] = mapped_column(String(20))
    policy_version: Mapped[str | None] = mapped_column(String(20))
    channel: Mapped[str | None] = mapped_column(String(40))
    channel_kind: Mapped[str | None] = mapped_column(String(20))
    registered_by: Mapped[str | None] = mapped_column(String(40))
    received_at: Mapped[datetime | None] = mapped_column(index=True)
    occurred_at: Mapped[datetime | None]
    customer_number: Mapped[str | None] = mapped_column(String(60))
    known_customer: Mapped[bool | None]
    subject: Mapped[str | None] = mapped_column(Text)
    description: Mapped[str | None] = mapped_column(Text)
    declared_type: Mapped[str | None] = mapped_column(String(60))
    urgency: Mapped[str | None] = mapped_column(String(60))
    expected_by: Mapped[str | None] = mapped_column(String(60))
    order_number: Mapped[str | None] = mapped_column(Text)
    product: Mapped[str | None] = mapped_column(Text)
    mood: Mapped[str | None] = mapped_column(String(60))
    wishes: Mapped[str | None] = mapped_column(Text)
    budget: Mapped[str | None] = mapped_column(Text)
    related_number: Mapped[str | None] = mapped_column(Text)
    partner: Mapped[str | None] = mapped_column(Text)
    preferred_channel: Mapped[str | None] = mapped_column(String(40))
    impact: Mapped[dict[str, Any] | None]
    fields: Mapped[dict[str, Any] | None]
    feedback: Mapped[dict[str, Any] | None]
    quality: Mapped[dict[str, Any] | None]
    satisfaction: Mapped[str | None] = mapped_column(String(60))
    answered_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    withdraw_reason: Mapped[str | None] = mapped_column(Text)
    historic: Mapped[dict[str, Any] | None]  # what a row of the past says of its own handling, else null
    taken_by: Mapped[str | None] = mapped_column(String(100))  # staff:<id> of the first contact person
    added: Mapped[list[Any] | None]  # supplements [{at, text, fields}]; description and fields hold them too

    # from triage
    type_code: Mapped[str | None] = mapped_column(String(60))
    type_label: Mapped[str | None] = mapped_column(String(200))
    category: Mapped[str | None] = mapped_column(String(20))
    track: Mapped[str | None] = mapped_column(String(20))
    priority_rank: Mapped[int | None]
    priority_code: Mapped[str | None] = mapped_column(String(60))
    priority_label: Mapped[str | None] = mapped_column(String(200))
    lead: Mapped[str | None] = mapped_column(String(40))
    joining: Mapped[list[Any] | None]
    status_code: Mapped[str | None] = mapped_column(String(60))
    status_label: Mapped[str | None] = mapped_column(String(200))
    status_category: Mapped[str | None] = mapped_column(String(20))
    status_resolution: Mapped[str | None] = mapped_column(String(20))
    handler_id: Mapped[str | None] = mapped_column(String(36))
    handler_name: Mapped[str | None] = mapped_column(String(100))
    cycle: Mapped[int | None]
    evaluation: Mapped[dict[str, Any] | None]
    plan: Mapped[dict[str, Any] | None]
    expected_finish: Mapped[datetime | None]
    result: Mapped[dict[str, Any] | None]
    handed_over: Mapped[dict[str, Any] | None]
    measure: Mapped[str | None] = mapped_column(Text)
    recourse: Mapped[str | None] = mapped_column(Text)
    closing_reason: Mapped[str | None] = mapped_column(Text)
    first_response_by: Mapped[datetime | None]
    triaged_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    accepted_by: Mapped[str | None] = mapped_column(String(100))
    completed_at: Mapped[datetime | None] = mapped_column(index=True)
    closed_at: Mapped[datetime | None] = mapped_column(index=True)
    locked_at: Mapped[datetime | None]
    breached: Mapped[int] = mapped_column(default=0)
    corrected: Mapped[dict[str, Any] | None]  # fact -> {value, at}; see domain.corrected
    rejected_kind: Mapped[str | None] = mapped_column(String(20))

    # from the notifier
    notices_sent: Mapped[int] = mapped_column(default=0)
    notices_failed: Mapped[int] = mapped_column(default=0)
    last_notice_at: Mapped[datetime | None]

    # from intake and triage together: set by whichever comes second
    handling_minutes: Mapped[float | None]


class Customer(Base):
    """What figures and forms need of a customer, from intake's stream of that customer; no full name.

    merged_into: the number of the customer that goes on for this one.
    """

    __tablename__ = "customers"
    number: Mapped[str] = mapped_column(String(60), primary_key=True)
    masked_name: Mapped[str | None] = mapped_column(String(200))
    company_name: Mapped[str | None] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))
    industry: Mapped[str | None] = mapped_column(String(100))
    tier: Mapped[str | None] = mapped_column(String(40))
    value: Mapped[str | None] = mapped_column(String(40))
    source: Mapped[str | None] = mapped_column(String(60))
    preferred_channel: Mapped[str | None] = mapped_column(String(20))
    merged_into: Mapped[str | None] = mapped_column(String(60))


class Department(Base):
    """A department, from triage; name {zh, en}."""

    __tablename__ = "departments"
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[dict[str, Any]]
    delivery: Mapped[str] = mapped_column(String(20))


class Staff(Base):
    """Somebody who works here, from triage; the name only masked."""

    __tablename__ = "staff"
    staff_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    masked_name: Mapped[str] = mapped_column(String(100))
    department: Mapped[str | None] = mapped_column(String(40))


class Archive(Base):
    """The package of one policy's period: asked for, then sealed. seq: the order in which a policy's are made."""

    __tablename__ = "archives"
    __table_args__ = (
        UniqueConstraint("policy", "period", name="uq_archives_period"),
        UniqueConstraint("policy", "seq", name="uq_archives_seq"),
    )
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    policy: Mapped[str] = mapped_column(String(20))
    period: Mapped[str] = mapped_column(String(10))
    seq: Mapped[int]
    state: Mapped[str] = mapped_column(String(20))
    cutoff: Mapped[datetime]
    requested_at: Mapped[datetime]
    requested_by: Mapped[str] = mapped_column(String(100))
    count: Mapped[int | None]
    manifest_sha256: Mapped[str | None] = mapped_column(String(64))
    previous: Mapped[str | None] = mapped_column(String(64))
    sealed_at: Mapped[datetime | None]
    keep_until: Mapped[date | None]


class Filed(Base):
    """A demand lies in one archive, once."""

    __tablename__ = "filed"
    demand_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    archive_id: Mapped[str] = mapped_column(String(36), index=True)


class FiledFile(Base):
    """What became of an attachment of a filed demand, and in which archive; state: see domain.packing.Handled."""

    __tablename__ = "filed_files"
    demand_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    attachment_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    archive_id: Mapped[str] = mapped_column(String(36), index=True)
    state: Mapped[str] = mapped_column(String(20))


class Report(Base):
    """A report with its figures as they stood; edition: "final", or the moment one of a running period was made."""

    __tablename__ = "reports"
    __table_args__ = (UniqueConstraint("policy", "code", "period", "edition", name="uq_reports_edition"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    policy: Mapped[str] = mapped_column(String(20))
    policy_version: Mapped[str] = mapped_column(String(20))
    code: Mapped[str] = mapped_column(String(60))
    period: Mapped[str] = mapped_column(String(10))
    edition: Mapped[str] = mapped_column(String(40))
    issued_at: Mapped[datetime]
    content: Mapped[dict[str, Any]]
    figures_sha256: Mapped[str] = mapped_column(String(64))
