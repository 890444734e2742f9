"""Causes of notices that wait for their demand."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from services.notifier.domain import causes
from services.notifier.tables import Cause
from shared.db import upsert
from shared.ids import new_id


def add(session: Session, demand_id: str, cause: causes.Cause) -> None:
    """Keep it until intake speaks of the demand; a copy changes nothing."""
    values = {"id": new_id(), "demand_id": demand_id, **vars(cause)}
    session.execute(upsert(session, Cause).values(**values).on_conflict_do_nothing())


def take(session: Session, demand_id: str) -> list[causes.Cause]:
    """What waits for this demand, in the order it came; the caller tells it now."""
    columns = (Cause.id, Cause.event, Cause.key, Cause.at, Cause.facts, Cause.decided)
    rows = session.execute(delete(Cause).where(Cause.demand_id == demand_id).returning(*columns)).mappings().all()
    found = [dict(row) for row in sorted(rows, key=lambda row: str(row["id"]))]
    return [causes.Cause(**{name: value for name, value in row.items() if name != "id"}) for row in found]
