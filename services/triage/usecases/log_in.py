"""Log in with a password, go on with what the browser keeps, log out."""

import hashlib
import secrets
from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy.orm import Session

from services.triage.domain import login as rules
from services.triage.domain.records import StaffRow
from services.triage.store import staff

_HASHER = PasswordHasher()
_NOBODY = _HASHER.hash(secrets.token_urlsafe(16))


def check_password(kept: str | None, password: str) -> bool:
    """Whether a password fits its hash; slow on purpose, so not inside a transaction. kept None: nobody's, as slow."""
    try:
        return _HASHER.verify(kept or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False


def log_in(
    session: Session, login: str, kept: str | None, *, right: bool, now: datetime
) -> tuple[StaffRow, str] | None:
    """(who, the secret of the new log-in), or None for a wrong name or password, or while locked.

    kept: the hash that the password was checked against; one that was changed meanwhile fits no more.
    now: system time.
    """
    row = staff.lock(session, login)
    if row is None or not rules.may_try(row, now):
        return None
    if not right or row.password_hash != kept:
        staff.change(session, rules.failed(row, now))
        return None
    if rules.succeeded(row) != row:
        staff.change(session, rules.succeeded(row))
    secret = secrets.token_urlsafe(32)
    staff.open_session(session, _digest(secret), row.id, now, now + rules.SESSION_LASTS)
    return row, secret


def go_on(session: Session, secret: str, *, now: datetime) -> StaffRow | None:
    """Whose log-in this is, or None when it ended. now: system time."""
    return staff.of_session(session, _digest(secret), now)


def log_out(session: Session, secret: str) -> None:
    """End a log-in."""
    staff.close_session(session, _digest(secret))


def hashed(password: str) -> str:
    """A password as it is kept (argon2id)."""
    return _HASHER.hash(password)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
