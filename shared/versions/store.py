"""Every SELECT and INSERT of known versions. A version is kept once and never changed."""

from typing import Any

from sqlalchemy import Row, Table, select
from sqlalchemy.orm import Session

from shared.calendars.model import Calendar
from shared.clock import system_now
from shared.db import upsert
from shared.policies.model import Policy
from shared.versions.tables import calendar_versions, policy_versions


class OtherBytes(Exception):
    """A version is known already, and was released with other bytes."""


def keep(session: Session, found: Policy | Calendar, raw: bytes) -> bool:
    """Keep a version with its document; False when these very bytes are known already. OtherBytes.

    found: what the loader made of raw.
    """
    table = policy_versions if isinstance(found, Policy) else calendar_versions
    row: dict[str, Any] = {
        "code": found.code,
        "version": found.version,
        "sha256": found.sha256,
        "document": raw.decode("utf-8"),
        "known_at": system_now(),
    }
    if isinstance(found, Policy):
        row["effective_from"] = found.effective_from
    statement = upsert(session, table).values(**row).on_conflict_do_nothing().returning(table.c.code)
    if session.execute(statement).first() is not None:
        return True
    known = session.execute(select(table.c.sha256).where(*_key(table, found.code, found.version))).scalar_one()
    if known != found.sha256:
        raise OtherBytes(f"{found.code}/{found.version}")
    return False


def document(session: Session, table: Table, code: str, version: str) -> bytes:
    """The bytes of one version; LookupError when it is not known."""
    text = session.execute(select(table.c.document).where(*_key(table, code, version))).scalar_one_or_none()
    if text is None:
        raise LookupError(f"{code}/{version}")
    return bytes(text, "utf-8")


def listed(session: Session, table: Table, code: str | None = None) -> list[Row[Any]]:
    """All columns but the document of every version, or of one code's, in the order in which they became known."""
    columns = [column for column in table.c if column is not table.c.document]
    statement = select(*columns).order_by(table.c.code, table.c.known_at, table.c.version)
    if code is not None:
        statement = statement.where(table.c.code == code)
    return list(session.execute(statement))


def _key(table: Table, code: str, version: str) -> tuple[Any, Any]:
    return table.c.code == code, table.c.version == version
