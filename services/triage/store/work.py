"""The work of departments: which demand stands before which department."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import and_, insert, or_, select, update
from sqlalchemy.orm import Session

from services.triage.domain.records import Delivery, Part
from services.triage.tables import Case, Work
from shared.db import upsert


def offer_all(session: Session, demand_id: str, offers: Iterable[tuple[str, Part, Delivery]], now: datetime) -> None:
    """Put a new demand before its departments in one statement; offers: (department, part, delivery)."""
    rows = [
        {
            "department": department,
            "demand_id": demand_id,
            "part": part,
            "state": "offered",
            "delivery": delivery,
            "offered_at": now,
        }
        for department, part, delivery in offers
    ]
    session.execute(insert(Work).values(rows))


def offer(session: Session, department: str, demand_id: str, *, delivery: Delivery, part: Part, now: datetime) -> None:
    """Put a demand before a department; one that answered before is asked anew."""
    values = {"state": "offered", "part": part, "delivery": delivery, "offered_at": now, "answered_at": None}
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


def in_queue(session: Session, department: str, demand_id: str) -> bool:
    """Whether a department has this demand, offered or accepted, through its queue."""
    query = select(Work.demand_id).where(
        Work.department == department,
        Work.demand_id == demand_id,
        Work.delivery == "queue",
        Work.state.in_(["offered", "accepted"]),
    )
    return session.execute(query).first() is not None


def queued(session: Session, departments: Iterable[str], demand_id: str) -> set[str]:
    """Those of these departments that have this demand, offered or accepted, through their queue."""
    query = select(Work.department).where(
        Work.department.in_(departments),
        Work.demand_id == demand_id,
        Work.delivery == "queue",
        Work.state.in_(["offered", "accepted"]),
    )
    return set(session.execute(query).scalars())


def answer(session: Session, department: str, demand_id: str, state: str, now: datetime) -> None:
    """Note a department's answer; the caller holds the lock of the case."""
    session.execute(
        update(Work)
        .where(Work.department == department, Work.demand_id == demand_id)
        .values(state=state, answered_at=now)
    )


def placed(session: Session) -> dict[str, tuple[str, str]]:
    """Demand id -> (department, delivery) of the lead's work, offered or accepted, for the conservation check.

    What was merged had its place until then.
    """
    merged = and_(Case.merged.is_not(None), Work.department == Case.lead)
    query = (
        select(Work.demand_id, Work.department, Work.delivery)
        .join(Case, Case.id == Work.demand_id)
        .where(or_(Work.state.in_(["offered", "accepted"]), merged), Work.part == "lead")
    )
    return {row.demand_id: (row.department, row.delivery) for row in session.execute(query)}
