"""The notifier's own tables. No column says who a customer is or how to reach one."""

from datetime import datetime

from sqlalchemy import JSON, MetaData, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.db import UtcDateTime


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
    type_annotation_map = {datetime: UtcDateTime, list[str]: JSON}


class Demand(Base):
    """What a notice about a demand is made of."""

    __tablename__ = "demands"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    number: Mapped[str] = mapped_column(String(80))
    policy: Mapped[str] = mapped_column(String(20))
    policy_version: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(10))
    customer_number: Mapped[str] = mapped_column(String(60))
    reachable_by: Mapped[list[str]]
    first_response_by: Mapped[datetime | None]


class Timer(Base):
    """The watch over one deadline; next_at is the moment of its next ring, None when there is none."""

    __tablename__ = "timers"
    id: Mapped[str] = mapped_column(String(100), primary_key=True)
    demand_id: Mapped[str] = mapped_column(String(36), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    due_at: Mapped[datetime]
    stage: Mapped[str] = mapped_column(String(20))
    next_at: Mapped[datetime | None] = mapped_column(index=True)


class Notice(Base):
    """One message to one audience about one demand, whatever its copies and attempts."""

    __tablename__ = "notices"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    demand_id: Mapped[str] = mapped_column(String(36))
    kind: Mapped[str] = mapped_column(String(40))
    audience: Mapped[str] = mapped_column(String(20))
    carrier: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20))
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    attempt: Mapped[int]
    next_at: Mapped[datetime | None] = mapped_column(index=True)
    lease: Mapped[str | None] = mapped_column(String(36))
    reason: Mapped[str | None] = mapped_column(String(60))
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    __table_args__ = (UniqueConstraint("demand_id", "kind", "audience", name="uq_notices_once"),)
