"""Reporting's tables of what a demand has several of, and the base of all its tables."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, MetaData, String, Text
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
    type_annotation_map = {
        datetime: UtcDateTime,
        dict[str, Any]: JSON(none_as_null=True),
        list[Any]: JSON(none_as_null=True),
    }


class Deadline(Base):
    """One clock of one demand, from triage."""

    __tablename__ = "deadlines"
    id: Mapped[str] = mapped_column(String(100), primary_key=True)
    demand_id: Mapped[str] = mapped_column(String(36), index=True)
    code: Mapped[str | None] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(40))
    cycle: Mapped[int | None]
    occurrence: Mapped[int | None]
    provisional: Mapped[bool | None]
    due_at: Mapped[datetime] = mapped_column(index=True)
    met_at: Mapped[datetime | None]
    breached_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]


class Evaluation(Base):
    """What a department thinks of a demand, the latest that it said, from triage."""

    __tablename__ = "evaluations"
    demand_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    department: Mapped[str] = mapped_column(String(40), primary_key=True)
    version: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(100))
    verdict: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    explanation: Mapped[str | None] = mapped_column(Text)
    alternative: Mapped[str | None] = mapped_column(Text)
    feasibility: Mapped[dict[str, Any] | None]
    resources: Mapped[dict[str, Any] | None]


class Task(Base):
    """A task of a demand as it stands, from triage; owner: masked, days as YYYY-MM-DD."""

    __tablename__ = "tasks"
    demand_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    id: Mapped[str] = mapped_column(String(20), primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(String(100))
    department: Mapped[str] = mapped_column(String(40))
    starts_on: Mapped[str] = mapped_column(String(10))
    ends_on: Mapped[str] = mapped_column(String(10))
    delivery_standard: Mapped[str] = mapped_column(Text)
    depends_on: Mapped[list[Any]]
    state: Mapped[str] = mapped_column(String(20))
    percent: Mapped[int]
    dispatched_at: Mapped[datetime]


class ProgressNote(Base):
    """A note of progress, from triage; version: that of its event in the demand's stream.

    task, state, percent: how that task of it goes, null for a free note.
    """

    __tablename__ = "progress_notes"
    demand_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(100))
    text: Mapped[str | None] = mapped_column(Text)
    task: Mapped[str | None] = mapped_column(String(20))
    state: Mapped[str | None] = mapped_column(String(20))
    percent: Mapped[int | None]


class Block(Base):
    """Something that stood in the way, from triage; version: that of its event; ended_at null: it stands there yet."""

    __tablename__ = "blocks"
    demand_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(100))
    occurred_at: Mapped[datetime] = mapped_column(index=True)
    reason: Mapped[str] = mapped_column(String(60))
    reason_label: Mapped[str] = mapped_column(String(200))
    note: Mapped[str | None] = mapped_column(Text)
    task: Mapped[str | None] = mapped_column(String(20))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(100))
    end_note: Mapped[str | None] = mapped_column(Text)


class Delay(Base):
    """A date that will not be kept, from triage; version: that of its event in the demand's stream."""

    __tablename__ = "delays"
    demand_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    by: Mapped[str] = mapped_column(String(100))
    reason: Mapped[str] = mapped_column(String(60))
    reason_label: Mapped[str] = mapped_column(String(200))
    note: Mapped[str | None] = mapped_column(Text)
    before: Mapped[datetime]
    expected_finish: Mapped[datetime]
    told_at: Mapped[datetime | None]
    channel: Mapped[str | None] = mapped_column(String(40))
    late: Mapped[bool]


class Change(Base):
    """A change of the plan: asked, approvals, decision by triage; answer, the customer's, by intake.

    asked {what, reason, plan, cost, expected_finish, before, at, by}, before: the plan that stood, with its
    expected_finish; approvals [{party, by, at}]; decision {verdict, party, reason, at}; answer {agreed, opinion, at}.
    """

    __tablename__ = "changes"
    demand_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    change_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    number: Mapped[int | None]
    asked: Mapped[dict[str, Any] | None]
    approvals: Mapped[list[Any] | None]
    decision: Mapped[dict[str, Any] | None]
    answer: Mapped[dict[str, Any] | None]


class Promise(Base):
    """Something told to the customer, from triage."""

    __tablename__ = "promises"
    demand_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(100))
    channel: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(Text)
    promised_for: Mapped[datetime | None]
    fulfils: Mapped[int | None]


class Opinion(Base):
    """The customer's answer to the result of one cycle, from intake."""

    __tablename__ = "opinions"
    demand_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    cycle: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    satisfaction: Mapped[str] = mapped_column(String(60))
    satisfied: Mapped[bool]
    opinion: Mapped[str | None] = mapped_column(Text)
    signed: Mapped[bool]
    signature_method: Mapped[str | None] = mapped_column(String(20))
    result_sha256: Mapped[str | None] = mapped_column(String(64))


class NoticeOutcome(Base):
    """A notice that went out or could not, from the notifier."""

    __tablename__ = "notices"
    notice_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    demand_id: Mapped[str] = mapped_column(String(36), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    carrier: Mapped[str] = mapped_column(String(40))
    audience: Mapped[str] = mapped_column(String(60))
    outcome: Mapped[str] = mapped_column(String(20))
    attempt: Mapped[int]
    at: Mapped[datetime]
    reason: Mapped[str | None] = mapped_column(String(200))


class Relation(Base):
    """What a demand is of another (direction to) or the other of it (from), from triage."""

    __tablename__ = "relations"
    demand_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    other_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    relation: Mapped[str] = mapped_column(String(20), primary_key=True)
    direction: Mapped[str] = mapped_column(String(10), primary_key=True)
    number: Mapped[str] = mapped_column(String(80))
    note: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime]


class Communication(Base):
    """One version of a talk with the customer, from intake. said: the event's other fields, redacted, people masked."""

    __tablename__ = "communications"
    demand_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    communication_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    occurred_at: Mapped[datetime]
    registered_at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(100))
    said: Mapped[dict[str, Any]]


class Attachment(Base):
    """A file of a demand, or where it lies, from intake; texts redacted. sha256, size: null for a reference."""

    __tablename__ = "attachments"
    demand_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    attachment_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    label: Mapped[str | None] = mapped_column(Text)
    reference: Mapped[str | None] = mapped_column(Text)
    media_type: Mapped[str | None] = mapped_column(String(100))
    size: Mapped[int | None] = mapped_column(BigInteger)
    sha256: Mapped[str | None] = mapped_column(String(64))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(100))
