"""How people who work here are reached."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.triage.tables import Staff


def of_person(session: Session, staff_id: str) -> list[dict[str, str]]:
    """{staff_id, name, email} of somebody who works here and has a mail address; nobody: an empty list."""
    query = select(Staff.id, Staff.name, Staff.email).where(
        Staff.id == staff_id, Staff.disabled_at.is_(None), Staff.email.is_not(None)
    )
    return [{"staff_id": row.id, "name": row.name, "email": row.email} for row in session.execute(query)]
