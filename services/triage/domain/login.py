"""Logging in: how often one may be wrong, how long a log-in lasts, what a token says."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from services.triage.domain.records import StaffRow

ROLES = ("staff", "lead", "manager", "auditor", "operator")
MOST_FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)
SESSION_LASTS = timedelta(hours=12)
TOKEN_LASTS = timedelta(minutes=10)


def may_try(row: StaffRow, now: datetime) -> bool:
    """Whether a password is looked at at all: not while locked, never for somebody disabled."""
    return row.disabled_at is None and (row.locked_until is None or row.locked_until <= now)


def failed(row: StaffRow, now: datetime) -> StaffRow:
    """After a wrong password: the fifth in a row locks for a quarter of an hour."""
    failures = row.failures + 1
    if failures < MOST_FAILURES:
        return replace(row, failures=failures)
    return replace(row, failures=0, locked_until=now + LOCKED_FOR)


def succeeded(row: StaffRow) -> StaffRow:
    """After the right one."""
    return replace(row, failures=0, locked_until=None)


def claims(row: StaffRow) -> dict[str, Any]:
    """What a token says of somebody: no name."""
    found: dict[str, Any] = {"sub": row.id, "kind": "staff", "roles": list(row.roles)}
    return found if row.department is None else {**found, "department": row.department}
