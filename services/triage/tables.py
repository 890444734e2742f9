"""Triage's own tables. Texts arrive redacted: no column holds personal data."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from services.triage.child_tables import Base

_BLOCKED = text("blocked_at IS NOT NULL")
_PROPOSED = text("proposed_code IS NOT NULL")
_CALLED = text("state = 'called'")


class Case(Base):
    """A demand as triage carries it; version is that of triage's own stream demand/<id>. See domain.records.CaseRow."""

    __tablename__ = "cases"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    number: Mapped[str] = mapped_column(String(80), unique=True)
    version: Mapped[int] = mapped_column(BigInteger)
    policy: Mapped[str] = mapped_column(String(20))
    policy_version: Mapped[str] = mapped_column(String(20))
    policy_sha256: Mapped[str] = mapped_column(String(64))
    type_code: Mapped[str | None] = mapped_column(String(60))
    category: Mapped[str | None] = mapped_column(String(20))
    track: Mapped[str] = mapped_column(String(20))
    priority_rank: Mapped[int]
    priority_code: Mapped[str] = mapped_column(String(60))
    lead: Mapped[str] = mapped_column(String(40))
    joining: Mapped[list[str]]
    status_code: Mapped[str] = mapped_column(String(60))
    status_category: Mapped[str] = mapped_column(String(20))
    status_resolution: Mapped[str | None] = mapped_column(String(20))
    cycle: Mapped[int]
    received_at: Mapped[datetime]
    first_response_by: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    accepted_by: Mapped[str | None] = mapped_column(String(100))
    handler_id: Mapped[str | None] = mapped_column(String(36))
    handler_name: Mapped[str | None] = mapped_column(String(100))
    description: Mapped[str] = mapped_column(Text)
    subject: Mapped[str | None] = mapped_column(Text)  # redaction may have made it longer than it was reported
    customer: Mapped[dict[str, Any]]
    facts: Mapped[dict[str, Any]]
    moments: Mapped[dict[str, Any]]
    quality: Mapped[dict[str, Any]]
    reasons: Mapped[dict[str, Any]]
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    satisfaction: Mapped[str | None] = mapped_column(String(60))
    created_at: Mapped[datetime]
    historic: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    order_number: Mapped[str | None] = mapped_column(Text)
    related_number: Mapped[str | None] = mapped_column(Text)
    expected_by: Mapped[str | None] = mapped_column(String(60))
    merged: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    # what likely duplicates are found by, from customer and order_number
    customer_number: Mapped[str | None] = mapped_column(String(60))
    order_key: Mapped[str | None] = mapped_column(String(100))
    blocker: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    proposed_code: Mapped[str | None] = mapped_column(String(60))
    blocked_at: Mapped[datetime | None]
    locked_at: Mapped[datetime | None]
    handed_over: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    __table_args__ = (
        Index("ix_cases_blocked", "number", sqlite_where=_BLOCKED, postgresql_where=_BLOCKED),
        Index("ix_cases_lead", "lead", "status_category", "number"),
        Index("ix_cases_track", "track", "status_category", "number"),
        Index("ix_cases_customer", "customer_number", "received_at"),
        Index("ix_cases_order", "order_key", "received_at"),
        Index("ix_cases_handler", "handler_id", "status_category"),
        Index("ix_cases_proposed", "number", sqlite_where=_PROPOSED, postgresql_where=_PROPOSED),
        Index("ix_cases_receipt", "policy", "received_at", "id"),
        Index("ix_cases_policy", "policy", "status_category", "number"),
    )


class Work(Base):
    """A demand before a department: part lead | joining, state offered | accepted | declined | withdrawn."""

    __tablename__ = "work"
    department: Mapped[str] = mapped_column(String(40), primary_key=True)
    demand_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    part: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20))
    delivery: Mapped[str] = mapped_column(String(20))
    offered_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]


class Meeting(Base):
    """One week's meeting under one policy. See domain.meetings.MeetingRow."""

    __tablename__ = "meetings"
    id: Mapped[str] = mapped_column(String(120), primary_key=True)
    policy: Mapped[str] = mapped_column(String(20))
    code: Mapped[str] = mapped_column(String(60))
    week: Mapped[str] = mapped_column(String(10), index=True)
    state: Mapped[str] = mapped_column(String(20))
    called_at: Mapped[datetime]
    due_at: Mapped[datetime]
    items: Mapped[list[dict[str, Any]]]
    left_off: Mapped[int]
    held_at: Mapped[datetime | None]
    held_by: Mapped[str | None] = mapped_column(String(100))
    notes: Mapped[str | None] = mapped_column(Text)
    decisions: Mapped[list[dict[str, Any]]]
    __table_args__ = (Index("ix_meetings_called", "due_at", sqlite_where=_CALLED, postgresql_where=_CALLED),)


class Department(Base):
    """A department of the organisation; only the keyed hash of its tool's key is kept."""

    __tablename__ = "departments"
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    name_zh: Mapped[str] = mapped_column(String(100))
    name_en: Mapped[str] = mapped_column(String(100))
    delivery: Mapped[str] = mapped_column(String(20))
    version: Mapped[int] = mapped_column(BigInteger)
    key_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]


class Staff(Base):
    """Somebody who works here; login and name are the person's own, events carry neither."""

    __tablename__ = "staff"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    login: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    password_hash: Mapped[str] = mapped_column(String(200))
    roles: Mapped[list[str]]
    department: Mapped[str | None] = mapped_column(String(40))
    version: Mapped[int] = mapped_column(BigInteger)
    failures: Mapped[int]
    locked_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    email: Mapped[str | None] = mapped_column(String(254))
    policy_roles: Mapped[list[str]]
    away_from: Mapped[datetime | None]
    away_until: Mapped[datetime | None]
    deputy_id: Mapped[str | None] = mapped_column(String(36))
    assigned_at: Mapped[datetime | None]


class StaffSession(Base):
    """A log-in that lasts; only the hash of what the browser keeps."""

    __tablename__ = "staff_sessions"
    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
