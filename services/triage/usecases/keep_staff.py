"""Add somebody who works here, or change what the person may do; say when somebody is away and who stands in."""

import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.triage import house_events as events
from services.triage.domain.absence import Absence, turns_in_a_circle
from services.triage.domain.login import ROLES
from services.triage.domain.records import Person, StaffRow
from services.triage.store import departments, people, staff
from services.triage.usecases.log_in import hashed
from shared.ids import new_id
from shared.refused import Refused, wrong

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,79}")
_EMAIL = re.compile(r"(?=.{3,254}\Z)[!-?A-~]{1,64}@[!-?A-~]{1,190}")


@dataclass(frozen=True)
class WantedStaff:
    """Somebody as an operator wants it. disabled: may not log in any more.

    email None: as before, "": none; policy_roles None: as before, such as A.committee.
    """

    login: str
    name: str
    roles: tuple[str, ...]
    department: str | None = None
    disabled: bool = False
    email: str | None = None
    policy_roles: tuple[str, ...] | None = None


def roles_of(policies: Any) -> frozenset[str]:
    """Every role of a policy that staff may hold, of all versions known (shared.policies.loader.Policies)."""
    return frozenset(f"{policy.code}.{role.code}" for policy in policies.all() for role in policy.roles)


def set_staff(session: Session, wanted: WantedStaff, *, now: datetime, known_roles: Collection[str] = ()) -> str:
    """Add or change somebody; returns a fresh password, and every log-in under the former one ends.

    known_roles: those that policies have. Refused 422 for an unfit log-in name or mail address, an unknown role,
    policy's role or department.
    """
    _check(session, wanted, known_roles)
    password = secrets.token_urlsafe(12)
    known = staff.lock(session, wanted.login)
    row = known or StaffRow(new_id(), wanted.login, wanted.name, "", (), None, 0, 0, None, now, None)
    row = replace(_as_wanted(row, wanted, now), password_hash=hashed(password), failures=0, locked_until=None)
    if known is None:
        staff.add(session, row)
    else:
        staff.change(session, row)
        staff.close_all(session, row.id)
    events.staff_changed(session, row, now)
    return password


def change_staff(session: Session, wanted: WantedStaff, *, now: datetime, known_roles: Collection[str]) -> bool:
    """Change somebody who is known, without another password; False when there is nobody of that log-in name.

    Who is disabled, or has another role or department, is logged out. Refused as set_staff says.
    """
    _check(session, wanted, known_roles)
    known = staff.lock(session, wanted.login)
    if known is None:
        return False
    row = _as_wanted(known, wanted, now)
    staff.change(session, row)
    if wanted.disabled or (sorted(row.roles), row.department) != (sorted(known.roles), known.department):
        staff.close_all(session, row.id)
    events.staff_changed(session, row, now)
    return True


def set_absence(session: Session, person: str, wanted: Absence | None, *, now: datetime) -> StaffRow:
    """Say when somebody (id or log-in name) is away; None: the person is here, whatever was said before.

    Refused 404 staff-unknown; 422 absence-empty, absence-over, unknown-deputy; 409 deputy-circle: whoever should stand
    in would in the end be the person.
    """
    known = staff.lock_either(session, person)
    if known is None:
        raise Refused("staff-unknown", "Nobody of that id or log-in name works here", 404)
    row = replace(known, version=known.version + 1, away_from=None, away_until=None, deputy_id=None)
    if wanted is not None:
        begins = wanted.begins or now
        row = replace(row, away_from=begins, away_until=wanted.ends, deputy_id=_deputy(session, known, wanted))
        _check_absence(session, row, now)
    staff.change(session, row)
    events.staff_changed(session, row, now)
    return row


def _as_wanted(row: StaffRow, wanted: WantedStaff, now: datetime) -> StaffRow:
    return replace(
        row,
        name=wanted.name,
        roles=list(wanted.roles),
        department=wanted.department,
        version=row.version + 1,
        disabled_at=now if wanted.disabled else None,
        email=row.email if wanted.email is None else (wanted.email or None),
        policy_roles=list(row.policy_roles if wanted.policy_roles is None else wanted.policy_roles),
    )


def _deputy(session: Session, person: StaffRow, wanted: Absence) -> str | None:
    if wanted.deputy is None:
        return None
    deputy = staff.active_either(session, wanted.deputy)
    if deputy is None or deputy.id == person.id:
        raise wrong("/deputy", "unknown-deputy", "Somebody else who works here stands in")
    return deputy.id


def _check_absence(session: Session, row: StaffRow, now: datetime) -> None:
    if row.away_from is None or row.away_until is None or row.away_from >= row.away_until:
        raise wrong("/until", "absence-empty", "An absence ends after it begins")
    if row.away_until <= now:
        raise wrong("/until", "absence-over", "This absence is over already")
    person = Person(**{one.name: getattr(row, one.name) for one in fields(Person)})
    if turns_in_a_circle(person, people.deputies_of(session, person)):
        raise Refused("deputy-circle", "Who stands in is away too, and the chain of deputies leads back")


def _check(session: Session, wanted: WantedStaff, known_roles: Collection[str]) -> None:
    if not _LOGIN.fullmatch(wanted.login):
        raise Refused("staff-login", "A log-in name is 2 to 80 of a-z, 0-9, dot, hyphen, underscore", 422)
    if not wanted.roles or any(role not in ROLES for role in wanted.roles):
        raise Refused("staff-role", f"Roles are {', '.join(ROLES)}", 422)
    if any(role not in known_roles for role in wanted.policy_roles or ()):
        raise Refused("staff-policy-role", "A policy's role reads <policy>.<role>, and the policy must have it", 422)
    if wanted.department is not None and not departments.exists(session, wanted.department):
        raise Refused("staff-department", "There is no such department", 422)
    if wanted.email and not _EMAIL.fullmatch(wanted.email):
        raise Refused("staff-email", "This is no mail address", 422)
