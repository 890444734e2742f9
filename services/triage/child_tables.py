"""Triage's tables of what a demand has several of. Texts arrive redacted: no column holds personal data."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, MetaData, String, Text, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.db import UtcDateTime

_OPEN = text("met_at IS NULL AND superseded_at IS NULL AND paused_at IS NULL")
_PROVISIONAL = text("provisional AND met_at IS NULL AND superseded_at IS NULL")


class Base(DeclarativeBase):
    """Base of triage's tables; constraints are named so that migrations can name them."""

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
        list[list[str]]: JSON,
        list[dict[str, Any]]: JSON,
    }


class Relation(Base):
    """What a demand is of another one: related, follow_up, duplicate, caused_by, split_from, merged_into."""

    __tablename__ = "relations"
    demand_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    other_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True, index=True)
    relation: Mapped[str] = mapped_column(String(20), primary_key=True)
    note: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(100))


class Deadline(Base):
    """One clock of one demand. See domain.records.DeadlineRow."""

    __tablename__ = "deadlines"
    id: Mapped[str] = mapped_column(String(100), primary_key=True)
    demand_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), index=True)
    code: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(40))
    cycle: Mapped[int]
    occurrence: Mapped[int]
    started_at: Mapped[datetime]
    span: Mapped[str] = mapped_column(String(20))
    calendar: Mapped[str] = mapped_column(String(60))
    calendar_version: Mapped[str] = mapped_column(String(20))
    due_at: Mapped[datetime]
    approaching_at: Mapped[datetime | None]
    provisional: Mapped[bool]
    met_at: Mapped[datetime | None]
    breached_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    superseded_at: Mapped[datetime | None]
    pauses: Mapped[list[list[str]]]
    holds: Mapped[list[str]] = mapped_column(server_default="[]")
    __table_args__ = (
        Index(
            "ix_deadlines_provisional",
            "calendar",
            "demand_id",
            sqlite_where=_PROVISIONAL,
            postgresql_where=_PROVISIONAL,
        ),
        Index("ix_deadlines_open", "due_at", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )


class Promise(Base):
    """One entry of the expectation ledger. See domain.records.PromiseRow."""

    __tablename__ = "promises"
    demand_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    channel: Mapped[str | None] = mapped_column(String(40))
    reason: Mapped[str | None] = mapped_column(String(60))
    told_at: Mapped[datetime]
    told_by: Mapped[str] = mapped_column(String(100))
    promised_for: Mapped[datetime | None]
    predecessor: Mapped[int | None]
    late: Mapped[bool]
    kept_at: Mapped[datetime | None]


class Evaluation(Base):
    """What one department thinks of a demand, all that was ever said. See domain.records.EvaluationRow."""

    __tablename__ = "evaluations"
    demand_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    department: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(100))
    verdict: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    explanation: Mapped[str | None] = mapped_column(Text)
    alternative: Mapped[str | None] = mapped_column(Text)
    feasibility: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    resources: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    superseded_at: Mapped[datetime | None]


class Task(Base):
    """A task of a demand. See domain.records.TaskRow."""

    __tablename__ = "tasks"
    demand_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    id: Mapped[str] = mapped_column(String(20), primary_key=True)
    position: Mapped[int]
    title: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(String(100))
    owner_id: Mapped[str | None] = mapped_column(String(36))
    department: Mapped[str] = mapped_column(String(40))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    delivery_standard: Mapped[str] = mapped_column(Text)
    depends_on: Mapped[list[str]]
    state: Mapped[str] = mapped_column(String(20))
    percent: Mapped[int]
    dispatched_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class Change(Base):
    """A change of a demand's plan. See domain.changes.ChangeRow."""

    __tablename__ = "changes"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    demand_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(20))
    what: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    plan: Mapped[str] = mapped_column(Text)
    expected_finish: Mapped[datetime | None]
    cost: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    before: Mapped[datetime | None]
    requested_at: Mapped[datetime]
    requested_by: Mapped[str] = mapped_column(String(100))
    answers: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    decided_at: Mapped[datetime | None]
    __table_args__ = (UniqueConstraint("demand_id", "number", name="uq_changes_number"),)


class Heard(Base):
    """An event of intake about a demand, kept for the timeline at its place: after that version of triage's stream."""

    __tablename__ = "heard"
    demand_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    event: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime]
    data: Mapped[dict[str, Any]]
    after_version: Mapped[int] = mapped_column(BigInteger)
    heard_at: Mapped[datetime]
