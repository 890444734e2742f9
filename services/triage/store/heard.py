"""What customers said about a demand, as intake told it: the part of the timeline that is not triage's own."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from services.triage.child_tables import Heard
from shared.messaging.envelope import Event

_ALL = Heard.__table__.columns


def add(session: Session, demand_id: str, event: Event, *, after: int, now: datetime) -> None:
    """Keep an event of intake, heard when triage's own stream stood at `after`."""
    row = {
        "demand_id": demand_id,
        "version": event.version,
        "event": event.name.rpartition(".v")[0],
        "at": event.time,
        "data": event.data,
        "after_version": after,
        "heard_at": now,
    }
    session.execute(insert(Heard).values(**row))


def has(session: Session, demand_id: str, event: str) -> bool:
    """Whether such an event was heard."""
    query = select(Heard.version).where(Heard.demand_id == demand_id, Heard.event == event)
    return session.execute(query.limit(1)).first() is not None


def of_demand(session: Session, demand_id: str) -> list[dict[str, Any]]:
    """In the order in which intake told it."""
    query = select(*_ALL).where(Heard.demand_id == demand_id).order_by(Heard.version)
    return [dict(row) for row in session.execute(query).mappings()]


def data_of(session: Session, demand_id: str, event: str) -> list[dict[str, Any]]:
    """What every event of one kind about a demand said, in the order in which intake told it."""
    query = select(Heard.data).where(Heard.demand_id == demand_id, Heard.event == event).order_by(Heard.version)
    return list(session.execute(query).scalars())
