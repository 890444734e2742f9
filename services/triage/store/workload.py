"""How much people have in hand."""

from datetime import datetime

from sqlalchemy import String, cast, func, select, update
from sqlalchemy.orm import Session

from services.triage.tables import Case, Staff


def least_loaded(session: Session, department: str, at: datetime) -> tuple[str, str] | None:
    """(id, name) of who of a department handles the fewest open cases; ties: whose last assignment is the oldest.

    Only who works on demands and is not away at that moment; None when nobody is.
    """
    is_open = Case.status_category.in_(["pending", "in_progress", "waiting"])
    query = (
        select(Staff.id, Staff.name)
        .outerjoin(Case, (Case.handler_id == Staff.id) & is_open)
        .where(
            Staff.department == department,
            Staff.disabled_at.is_(None),
            cast(Staff.roles, String).contains('"staff"'),
            Staff.away_from.is_(None) | (Staff.away_from > at) | (Staff.away_until <= at),
        )
        .group_by(Staff.id, Staff.name, Staff.assigned_at)
        .order_by(func.count(Case.id), Staff.assigned_at.nulls_first(), Staff.id)
        .limit(1)
    )
    row = session.execute(query).first()
    return None if row is None else (row.id, row.name)


def note_assigned(session: Session, staff_id: str, at: datetime) -> None:
    """Something was assigned to somebody."""
    session.execute(update(Staff).where(Staff.id == staff_id).values(assigned_at=at))
