"""Add somebody who works here, or change what the person may do."""

import re
import secrets
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from services.triage import house_events as events
from services.triage.domain.login import ROLES
from services.triage.domain.records import StaffRow
from services.triage.store import departments, staff
from services.triage.usecases.log_in import hashed
from shared.ids import new_id
from shared.refused import Refused

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,79}")
_EMAIL = re.compile(r"(?=.{3,254}\Z)[!-?A-~]{1,64}@[!-?A-~]{1,190}")


@dataclass(frozen=True)
class WantedStaff:
    """Somebody as an operator wants it. disabled: may not log in any more; email None: as before, "": none."""

    login: str
    name: str
    roles: tuple[str, ...]
    department: str | None = None
    disabled: bool = False
    email: str | None = None


def set_staff(session: Session, wanted: WantedStaff, *, now: datetime) -> str:
    """Add or change somebody; returns a fresh password, and every log-in under the former one ends.

    Refused 422 for an unfit log-in name or mail address, an unknown role or department.
    """
    _check(session, wanted)
    password = secrets.token_urlsafe(12)
    known = staff.lock(session, wanted.login)
    row = known or StaffRow(
        new_id(), wanted.login, wanted.name, "", (), wanted.department, 0, 0, None, now, None
    )  # fmt: skip
    row = replace(
        row,
        name=wanted.name,
        roles=list(wanted.roles),
        department=wanted.department,
        password_hash=hashed(password),
        version=row.version + 1,
        failures=0,
        locked_until=None,
        disabled_at=now if wanted.disabled else None,
        email=row.email if wanted.email is None else (wanted.email or None),
    )
    if known is None:
        staff.add(session, row)
    else:
        staff.change(session, row)
        staff.close_all(session, row.id)
    events.staff_changed(session, row, now)
    return password


def _check(session: Session, wanted: WantedStaff) -> None:
    if not _LOGIN.fullmatch(wanted.login):
        raise Refused("staff-login", "A log-in name is 2 to 80 of a-z, 0-9, dot, hyphen, underscore", 422)
    if not wanted.roles or any(role not in ROLES for role in wanted.roles):
        raise Refused("staff-role", f"Roles are {', '.join(ROLES)}", 422)
    if wanted.department is not None and not departments.exists(session, wanted.department):
        raise Refused("staff-department", "There is no such department", 422)
    if wanted.email and not _EMAIL.fullmatch(wanted.email):
        raise Refused("staff-email", "This is no mail address", 422)
