"""Who works here now, as far as rules ask: with roles and absences, without passwords."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, String, cast, or_, select
from sqlalchemy.orm import Session

from services.triage.domain.absence import Asked
from services.triage.domain.records import Person
from services.triage.tables import Staff

_COLUMNS = (
    Staff.id, Staff.login, Staff.name, Staff.roles, Staff.department, Staff.email, Staff.policy_roles, Staff.away_from,
    Staff.away_until, Staff.deputy_id,
)  # fmt: skip
_LONGEST_CHAIN = 10
"""How many deputies one after another are looked up: one query each."""


def asked_for(session: Session, asked: Asked) -> dict[str, Person]:
    """All who may come into question, with their deputies, by id: the handler, holders, departments, managers."""
    wanted: list[ColumnElement[bool]] = [_holds(Staff.roles, "manager")]
    if asked.staff_id is not None:
        wanted.append(Staff.id == asked.staff_id)
    if asked.policy_role is not None:
        wanted.append(_holds(Staff.policy_roles, asked.policy_role))
    departments = [one for one in (asked.department, asked.desk) if one is not None]
    if departments:
        wanted.append(Staff.department.in_(departments))
    return _with_deputies(session, or_(*wanted))


def confirming(session: Session, department: str, policy_roles: Collection[str]) -> dict[str, Person]:
    """The leads of a department and who holds one of these roles of policies, with their deputies, by id."""
    leads = (Staff.department == department) & _holds(Staff.roles, "lead")
    return _with_deputies(session, or_(leads, *(_holds(Staff.policy_roles, one) for one in policy_roles)))


def standing_in(session: Session, login: str) -> tuple[Person | None, dict[str, Person]]:
    """Somebody by log-in name, and the deputies who come after, by id; (None, {}) for nobody."""
    people = _with_deputies(session, Staff.login == login)
    return next((one for one in people.values() if one.login == login), None), people


def deputies_of(session: Session, person: Person) -> dict[str, Person]:
    """The person and the deputies who come after, by id, as they will stand."""
    return {**_with_deputies(session, Staff.id == (person.deputy_id or "")), person.id: person}


def of_department(session: Session, department: str) -> list[Person]:
    """Its people, by id."""
    query = select(*_COLUMNS).where(Staff.disabled_at.is_(None), Staff.department == department).order_by(Staff.id)
    return [Person(**row) for row in session.execute(query).mappings()]


def _with_deputies(session: Session, wanted: ColumnElement[bool]) -> dict[str, Person]:
    found: dict[str, Person] = {}
    for _ in range(_LONGEST_CHAIN):
        query = select(*_COLUMNS).where(Staff.disabled_at.is_(None), wanted)
        found |= {row["id"]: Person(**row) for row in session.execute(query).mappings()}
        missing = {one.deputy_id for one in found.values() if one.deputy_id is not None} - set(found)
        if not missing:
            break
        wanted = Staff.id.in_(missing)
    return found


def _holds(column: Any, word: str) -> ColumnElement[bool]:
    """Whether a JSON list of words has this one."""
    return cast(column, String).contains(f'"{word}"', autoescape=True)
