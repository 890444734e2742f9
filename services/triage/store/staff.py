"""People who work here, and their log-ins."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.orm import Session

from services.triage.domain.records import StaffRow
from services.triage.tables import Staff, StaffSession

_ALL = Staff.__table__.columns


def lock(session: Session, login: str) -> StaffRow | None:
    """Somebody by log-in name, locked until the commit."""
    row = session.execute(select(*_ALL).where(Staff.login == login).with_for_update()).mappings().first()
    return None if row is None else StaffRow(**row)


def active(session: Session, login: str) -> StaffRow | None:
    """Somebody who works here now, by log-in name."""
    query = select(*_ALL).where(Staff.login == login, Staff.disabled_at.is_(None))
    row = session.execute(query).mappings().first()
    return None if row is None else StaffRow(**row)


def active_all(session: Session, logins: Collection[str]) -> dict[str, StaffRow]:
    """Log-in name -> somebody who works here now; those that do not are left out."""
    if not logins:
        return {}
    query = select(*_ALL).where(Staff.login.in_(logins), Staff.disabled_at.is_(None))
    return {row["login"]: StaffRow(**row) for row in session.execute(query).mappings()}


def lock_either(session: Session, person: str) -> StaffRow | None:
    """Somebody by id or log-in name, locked until the commit."""
    row = session.execute(select(*_ALL).where(_named(person)).with_for_update()).mappings().first()
    return None if row is None else StaffRow(**row)


def active_either(session: Session, person: str) -> StaffRow | None:
    """Somebody who works here now, by id or log-in name."""
    row = session.execute(select(*_ALL).where(_named(person), Staff.disabled_at.is_(None))).mappings().first()
    return None if row is None else StaffRow(**row)


def name_of(session: Session, staff_id: str) -> dict[str, str | None] | None:
    """{id, name, department} of somebody by id, who left too; None where there is nobody."""
    query = select(Staff.id, Staff.name, Staff.department).where(Staff.id == staff_id)
    row = session.execute(query).mappings().first()
    return None if row is None else dict(row)


def page(session: Session, *, department: str | None, after: str | None, limit: int) -> list[StaffRow]:
    """Everybody, who left too, by log-in name; department: only its people."""
    query = select(*_ALL).order_by(Staff.login).limit(limit)
    if department is not None:
        query = query.where(Staff.department == department)
    if after is not None:
        query = query.where(Staff.login > after)
    return [StaffRow(**row) for row in session.execute(query).mappings()]


def password_hash(session: Session, login: str) -> str | None:
    """The hash of somebody's password; None when there is no such log-in."""
    return session.execute(select(Staff.password_hash).where(Staff.login == login)).scalar_one_or_none()


def add(session: Session, row: StaffRow) -> None:
    """Somebody new."""
    session.execute(insert(Staff).values(**vars(row)))


def change(session: Session, row: StaffRow) -> None:
    """Replace all of somebody; the caller holds the lock."""
    session.execute(update(Staff).where(Staff.id == row.id).values(**vars(row)))


def _named(person: str) -> ColumnElement[bool]:
    return (Staff.id == person) | (Staff.login == person)


def open_session(session: Session, digest: str, staff_id: str, now: datetime, expires_at: datetime) -> None:
    """A new log-in; those of the same person that have run out are forgotten."""
    session.execute(delete(StaffSession).where(StaffSession.staff_id == staff_id, StaffSession.expires_at <= now))
    session.execute(insert(StaffSession).values(hash=digest, staff_id=staff_id, created_at=now, expires_at=expires_at))


def of_session(session: Session, digest: str, now: datetime) -> StaffRow | None:
    """Whose log-in this is, while it lasts and the person is not disabled."""
    query = (
        select(*_ALL)
        .join(StaffSession, StaffSession.staff_id == Staff.id)
        .where(StaffSession.hash == digest, StaffSession.expires_at > now, Staff.disabled_at.is_(None))
    )
    row = session.execute(query).mappings().first()
    return None if row is None else StaffRow(**row)


def close_session(session: Session, digest: str) -> None:
    """End a log-in; nothing happens when there is none."""
    session.execute(delete(StaffSession).where(StaffSession.hash == digest))


def close_all(session: Session, staff_id: str) -> None:
    """End every log-in of a person."""
    session.execute(delete(StaffSession).where(StaffSession.staff_id == staff_id))
