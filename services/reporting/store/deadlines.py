"""Deadlines of demands: always the whole set that triage last told."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from services.reporting.tables import Deadline


def replace(session: Session, demand_id: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Put a demand's whole set {id, kind, due_at, met_at, breached_at} in the place of the former one."""
    session.execute(delete(Deadline).where(Deadline.demand_id == demand_id))
    if rows:
        session.execute(insert(Deadline).values([{**row, "demand_id": demand_id} for row in rows]))


def note_breach(session: Session, deadline_id: str, at: datetime) -> None:
    """Note when a deadline was breached."""
    session.execute(update(Deadline).where(Deadline.id == deadline_id).values(breached_at=at))


def of_demand(session: Session, demand_id: str) -> list[dict[str, Any]]:
    """A demand's deadlines, the next one first."""
    columns = (Deadline.id, Deadline.kind, Deadline.due_at, Deadline.met_at, Deadline.breached_at)
    query = select(*columns).where(Deadline.demand_id == demand_id).order_by(Deadline.due_at, Deadline.id)
    return [dict(row) for row in session.execute(query).mappings()]
