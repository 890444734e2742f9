"""How people who work here are reached."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.triage.tables import Staff

_WORK_ON_DEMANDS = frozenset({"lead", "staff"})


def reachable(
    session: Session, *, department: str | None = None, staff_id: str | None = None, role: str | None = None
) -> list[dict[str, str | None]]:
    """{staff_id, name, email} of active people with a mail address, by id.

    One by staff_id whatever the roles; of a department those with the role, with lead or staff when none is named.
    """
    query = (
        select(Staff.id, Staff.name, Staff.email, Staff.roles)
        .where(Staff.disabled_at.is_(None), Staff.email.is_not(None))
        .order_by(Staff.id)
    )
    if staff_id is not None:
        query = query.where(Staff.id == staff_id)
    if department is not None:
        query = query.where(Staff.department == department)
    wanted = frozenset({role}) if role else _WORK_ON_DEMANDS
    return [
        {"staff_id": row.id, "name": row.name, "email": row.email}
        for row in session.execute(query)
        if staff_id is not None or wanted & set(row.roles)
    ]
