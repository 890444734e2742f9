"""Customers, departments and staff, which demands name by number, code and id."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.reporting.tables import Customer, Department, Staff
from shared.db import upsert


def put_customer(session: Session, number: str, values: Mapping[str, Any]) -> None:
    """What is known of a customer now: {masked_name, company_name, kind, industry, tier, value, source,
    preferred_channel, merged_into}.
    """
    add = upsert(session, Customer).values(number=number, **values)
    session.execute(add.on_conflict_do_update(index_elements=["number"], set_=dict(values)))


def put_department(session: Session, code: str, values: Mapping[str, Any]) -> None:
    """A department as it is now: {name, delivery}."""
    add = upsert(session, Department).values(code=code, **values)
    session.execute(add.on_conflict_do_update(index_elements=["code"], set_=dict(values)))


def put_staff(session: Session, staff_id: str, values: Mapping[str, Any]) -> None:
    """Somebody as they are now: {masked_name, department}."""
    add = upsert(session, Staff).values(staff_id=staff_id, **values)
    session.execute(add.on_conflict_do_update(index_elements=["staff_id"], set_=dict(values)))


def staff(session: Session) -> dict[str, tuple[str, str | None]]:
    """Id -> masked name, department."""
    query = select(Staff.staff_id, Staff.masked_name, Staff.department)
    return {row.staff_id: (row.masked_name, row.department) for row in session.execute(query)}


def departments(session: Session) -> dict[str, dict[str, str]]:
    """Code -> name {zh, en}."""
    return {row.code: row.name for row in session.execute(select(Department.code, Department.name))}
