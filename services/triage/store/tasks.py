"""Tasks of demands."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.triage.child_tables import Task
from services.triage.domain.records import TaskRow
from shared.db import upsert

_ALL = Task.__table__.columns
_KEY = ("demand_id", "id")
_NAMES = [column.name for column in _ALL]


def of_demand(session: Session, demand_id: str) -> list[TaskRow]:
    """All tasks of a demand in the order in which they were made; there are tasks.MOST at most."""
    query = select(*_ALL).where(Task.demand_id == demand_id).order_by(Task.position)
    return [TaskRow(**row) for row in session.execute(query).mappings()]


def put(session: Session, rows: Sequence[TaskRow]) -> None:
    """Insert tasks or replace them, in one statement; the caller holds the lock of the case."""
    add = upsert(session, Task).values([asdict(row) for row in rows])
    changed = {name: add.excluded[name] for name in _NAMES if name not in _KEY}
    session.execute(add.on_conflict_do_update(index_elements=list(_KEY), set_=changed))
