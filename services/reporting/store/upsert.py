"""INSERT ... ON CONFLICT of the session's own dialect."""

from typing import Any

from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session


def upsert(session: Session, table: Any) -> Any:
    """An INSERT that knows on_conflict_do_update()."""
    return (sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgres_insert)(table)
