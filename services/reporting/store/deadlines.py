"""Deadlines of demands: the set that triage last told, and what was met or breached before."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from services.reporting.child_tables import Deadline
from shared.db import upsert


def replace(session: Session, demand_id: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Put a demand's whole set {id, code, kind, cycle, occurrence, ...} in the place of the former one.

    What the set names no longer goes when it was neither met nor breached, and stays as history when it was.
    """
    gone = delete(Deadline).where(
        Deadline.demand_id == demand_id,
        Deadline.met_at.is_(None),
        Deadline.breached_at.is_(None),
        Deadline.id.not_in([row["id"] for row in rows]),
    )
    session.execute(gone)
    if rows:
        add = upsert(session, Deadline).values([{**row, "demand_id": demand_id} for row in rows])
        changed = {name: add.excluded[name] for name in rows[0] if name != "id"}
        session.execute(add.on_conflict_do_update(index_elements=["id"], set_=changed))


def note_breach(session: Session, deadline_id: str, at: datetime) -> None:
    """Note when a deadline was breached."""
    session.execute(update(Deadline).where(Deadline.id == deadline_id).values(breached_at=at))
