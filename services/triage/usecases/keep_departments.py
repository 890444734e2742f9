"""The departments of the organisation: the list that comes with the software, and what an operator changes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from services.triage import house_events as events
from services.triage.domain.records import Delivery, DepartmentRow
from services.triage.store import departments
from shared.auth import hash_key, new_key
from shared.policies.parts import Text
from shared.refused import Refused

_CODE = re.compile(r"[A-Z]{2,8}")


@dataclass(frozen=True)
class WantedDepartment:
    """A department as an operator wants it; a name that is None stays as it is."""

    code: str
    delivery: Delivery
    name_zh: str | None = None
    name_en: str | None = None


def seed_departments(session: Session, names: Mapping[str, Text], *, now: datetime) -> int:
    """Add what is missing, delivered to the workbench; returns how many were. Safe to repeat."""
    added = 0
    for code, name in names.items():
        row = DepartmentRow(code, name.zh, name.en, "workbench", 1, None, now)
        if departments.add_missing(session, row):
            events.department_changed(session, row, now)
            added += 1
    return added


def set_department(session: Session, wanted: WantedDepartment, *, pepper: str, now: datetime) -> str:
    """Add or change a department and give its tool a fresh key, which is returned; the former key ends.

    Refused 422 when the code is not two to eight capital letters.
    """
    _check_code(wanted.code)
    key = new_key()
    known = departments.lock(session, wanted.code)
    if known is None:
        known = DepartmentRow(wanted.code, wanted.code, wanted.code, wanted.delivery, 0, None, now)
    row = replace(
        known,
        name_zh=wanted.name_zh or known.name_zh,
        name_en=wanted.name_en or known.name_en,
        delivery=wanted.delivery,
        version=known.version + 1,
        key_hash=hash_key(pepper, key),
    )
    departments.put(session, row)
    events.department_changed(session, row, now)
    return key


def rename_department(
    session: Session, code: str, name_zh: str, name_en: str, *, now: datetime
) -> tuple[DepartmentRow, bool]:
    """Name a department, its delivery and key stay; (it, whether it is new). A new one has the workbench and no key.

    Refused 422 as set_department says.
    """
    _check_code(code)
    known = departments.lock(session, code)
    row = known or DepartmentRow(code, name_zh, name_en, "workbench", 0, None, now)
    row = replace(row, name_zh=name_zh, name_en=name_en, version=row.version + 1)
    departments.put(session, row)
    events.department_changed(session, row, now)
    return row, known is None


def _check_code(code: str) -> None:
    if not _CODE.fullmatch(code):
        raise Refused("department-code", "A department's code is two to eight capital letters", 422)
