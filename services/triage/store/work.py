"""The work of departments: which demand stands before which department."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from services.triage.domain.records import Delivery
from services.triage.tables import Work
from shared.db import upsert


def offer(session: Session, department: str, demand_id: str, delivery: Delivery, now: datetime) -> None:
    """Put a demand before a department; one that answered before is asked anew."""
    values = {"state": "offered", "delivery": delivery, "offered_at": now, "answered_at": None}
    session.execute(
        upsert(session, Work)
        .values(department=department, demand_id=demand_id, **values)
        .on_conflict_do_update(index_elements=["department", "demand_id"], set_=values)
    )


def state(session: Session, department: str, demand_id: str) -> str | None:
    """offered, accepted, declined or withdrawn; None when the demand never stood before the department."""
    return session.execute(
        select(Work.state).where(Work.department == department, Work.demand_id == demand_id)
    ).scalar_one_or_none()


def answer(session: Session, department: str, demand_id: str, state: str, now: datetime) -> None:
    """Note a department's answer; the caller holds the lock of the case."""
    session.execute(
        update(Work)
        .where(Work.department == department, Work.demand_id == demand_id)
        .values(state=state, answered_at=now)
    )


def placed(session: Session) -> dict[str, tuple[str, str]]:
    """Demand id -> (department, delivery) of the work that is offered or accepted, for the conservation check."""
    query = select(Work.demand_id, Work.department, Work.delivery).where(Work.state.in_(["offered", "accepted"]))
    return {row.demand_id: (row.department, row.delivery) for row in session.execute(query)}
