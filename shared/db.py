"""One database per service: SQLite for one machine, PostgreSQL for more; the same promises on both."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, DateTime, Engine, create_engine, event, text
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, TimeoutError
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeDecorator

INFRASTRUCTURE_ERRORS = (OperationalError, InterfaceError, TimeoutError)
"""Trouble with the database itself: not the message's fault, so it is never counted as an attempt."""

_SQLITE_BUSY_MS = 10_000
_POSTGRES_OPTIONS = (
    "-c statement_timeout=5000 -c lock_timeout=5000 -c idle_in_transaction_session_timeout=60000 -c timezone=UTC"
)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware UTC in Python, timestamptz in PostgreSQL, UTC text in SQLite. Naive values are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Database:
    """An engine with the settings that keep the promises: durable commits, real locks, no values in errors."""

    def __init__(self, url: str) -> None:
        self.engine = _make_engine(url)
        self.dialect = self.engine.dialect.name

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for reading; whatever it wrote is rolled back."""
        with Session(self.engine, expire_on_commit=False) as session:
            try:
                yield session
            finally:
                session.rollback()

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """A session that sees the database as it is at one moment, over many statements, and cannot write."""
        options: dict[str, Any] = {}
        if self.dialect != "sqlite":  # there every reading transaction is so, and read() rolls back what it wrote
            options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with self.read() as session:
            session.connection(execution_options=options)
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction: commits when the block ends normally, else rolls back.

        SQLite takes its write lock at the start (BEGIN IMMEDIATE); a deferred one fails at the first write
        when another process wrote in between.
        """
        with Session(self.engine, expire_on_commit=False) as session:
            session.connection(execution_options={"demandflow_write": True})
            yield session
            session.commit()

    def ping(self) -> None:
        """Raise one of INFRASTRUCTURE_ERRORS when the database does not answer."""
        with self.read() as session:
            session.execute(text("SELECT 1"))

    def dispose(self) -> None:
        """Close all pooled connections."""
        self.engine.dispose()


def upsert(session: Session, table: Any) -> Any:
    """An INSERT of the session's own dialect, which knows on_conflict_do_update() and on_conflict_do_nothing()."""
    return (sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgres_insert)(table)


def is_infrastructure(error: BaseException) -> bool:
    """Whether an error is the database's own trouble rather than the work's."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    return isinstance(error, INFRASTRUCTURE_ERRORS)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _make_engine(url: str) -> Engine:
    if url.startswith("postgresql:"):
        url = "postgresql+psycopg:" + url.removeprefix("postgresql:")
    if not url.startswith("sqlite"):
        return create_engine(
            url,
            hide_parameters=True,
            pool_pre_ping=True,
            json_serializer=_json,
            connect_args={"options": _POSTGRES_OPTIONS, "connect_timeout": 5},
        )
    engine = create_engine(
        url,
        hide_parameters=True,
        json_serializer=_json,
        connect_args={"timeout": _SQLITE_BUSY_MS / 1000},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # BEGIN is ours: the driver's own would be deferred
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={_SQLITE_BUSY_MS}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    write = connection.get_execution_options().get("demandflow_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
