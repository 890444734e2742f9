"""Departments: their delivery, and who a tool's key belongs to."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.triage.domain.records import Delivery, DepartmentRow
from services.triage.tables import Department
from shared.db import upsert

_ALL = Department.__table__.columns


def delivery(session: Session, code: str) -> Delivery:
    """How a department gets its work; the workbench for one that is not known."""
    found: Delivery | None = session.execute(
        select(Department.delivery).where(Department.code == code)
    ).scalar_one_or_none()  # type: ignore[assignment]
    return found or "workbench"


def deliveries(session: Session, codes: Sequence[str]) -> dict[str, Delivery]:
    """How each of these departments gets its work; the workbench for one that is not known."""
    rows = session.execute(select(Department.code, Department.delivery).where(Department.code.in_(codes)))
    known: dict[str, Delivery] = {row.code: row.delivery for row in rows}
    return {code: known.get(code, "workbench") for code in codes}


def exists(session: Session, code: str) -> bool:
    """Whether there is a department of that code."""
    return session.execute(select(Department.code).where(Department.code == code)).first() is not None


def page(session: Session, *, after: str | None, limit: int) -> list[DepartmentRow]:
    """Departments by code."""
    query = select(*_ALL).order_by(Department.code).limit(limit)
    if after is not None:
        query = query.where(Department.code > after)
    return [DepartmentRow(**row) for row in session.execute(query).mappings()]


def code_by_key_hash(session: Session, digest: str) -> str | None:
    """The department whose key has this keyed hash."""
    return session.execute(select(Department.code).where(Department.key_hash == digest)).scalar_one_or_none()


def lock(session: Session, code: str) -> DepartmentRow | None:
    """A department, locked until the commit."""
    row = session.execute(select(*_ALL).where(Department.code == code).with_for_update()).mappings().first()
    return None if row is None else DepartmentRow(**row)


def add_missing(session: Session, row: DepartmentRow) -> bool:
    """Insert a department; False when there is one of that code."""
    statement = _insert(session).values(**vars(row)).on_conflict_do_nothing(index_elements=["code"])
    return session.execute(statement.returning(Department.code)).first() is not None


def put(session: Session, row: DepartmentRow) -> None:
    """Insert a department or replace all of it; the caller holds its lock and has raised its version."""
    values = dict(vars(row))
    session.execute(_insert(session).values(**values).on_conflict_do_update(index_elements=["code"], set_=values))


def _insert(session: Session) -> Any:
    return upsert(session, Department)
