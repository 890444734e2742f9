"""Fresh databases as a service's upgrade leaves them, copied from one that was upgraded once: what most tests need.

On PostgreSQL making and dropping a database costs a tenth of a second, so one that a test leaves is emptied for the
next. The migrations themselves are tested in tests/*/test_migrations.py and tests/architecture.
"""

import sqlite3
import tempfile
from collections import defaultdict, deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, NullPool, create_engine, make_url, text

from shared.ids import new_id

_FILES: dict[str, Path] = {}
"""Service -> the SQLite file to copy, in this process."""
_SHELVES: dict[str, "Shelf"] = {}
"""Address of a PostgreSQL server -> its databases."""
_SHAPE = text(
    "SELECT md5(string_agg(concat(c.relname, '.', a.attname, ':', a.atttypid), ',' ORDER BY c.relname, a.attnum))"
    " FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid WHERE c.relnamespace = 'public'::regnamespace"
)
_TABLES = text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
_SEQUENCES = text("SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'")
_COLUMNS = text(
    "SELECT string_agg(quote_ident(attname), ',') FROM pg_attribute"
    " WHERE attrelid = to_regclass(:table) AND attnum > 0 AND attgenerated = '' AND NOT attisdropped"
)
_SEND_AWAY = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name")
"""Without waiting, which the server does by tenths of a second: what those still hold makes the emptying wait."""


def prepare(service: str, url: str, upgrade: Callable[[str], None]) -> None:
    """Bring a fresh, empty database to what upgrade(url) makes of one; a PostgreSQL one comes from shelf()."""
    parts = make_url(url)
    if parts.get_backend_name() == "sqlite":
        _copy_file(service, Path(str(parts.database)), upgrade)
    else:
        shelf(url).prepare(service, str(parts.database), upgrade)


def shelf(url: str) -> "Shelf":
    """The databases of the server at an address, whatever database it names."""
    server = url.rsplit("/", 1)[0]
    return _SHELVES.setdefault(server, Shelf(server))


def _copy_file(service: str, target: Path, upgrade: Callable[[str], None]) -> None:
    if service not in _FILES:
        path = Path(tempfile.mkdtemp(prefix="demandflow-prepared-")) / f"{service}.sqlite"
        upgrade(f"sqlite:///{path}")
        _FILES[service] = path
    source, copy = sqlite3.connect(_FILES[service]), sqlite3.connect(target)
    source.backup(copy)
    copy.execute("PRAGMA journal_mode=WAL")
    for one in (copy, source):
        one.close()


class Shelf:
    """The databases of one server: those that wait for a test, by service ("" for empty ones), and those in use."""

    def __init__(self, server: str) -> None:
        self.server = server
        self._waiting: dict[str, deque[str]] = defaultdict(deque)
        self._lent: dict[str, str] = {}
        self._kept: dict[str, _Kept] = {}
        self._admin: Connection | None = None

    def lend(self) -> str:
        """The address of an empty database, until take_back()."""
        name = new_id()
        self._put(name, "")
        return f"{self.server}/{name}"

    def prepare(self, service: str, name: str, upgrade: Callable[[str], None]) -> None:
        """Put one as the service's upgrade leaves it in the place of an empty one."""
        if service not in self._kept:
            self._tell(f'CREATE DATABASE "prepared-{service}"')
            upgrade(f"{self.server}/prepared-{service}")
            with _opened(f"{self.server}/prepared-{service}") as connection:
                self._kept[service] = _Kept(connection)
        spare = new_id()
        self._tell(f'ALTER DATABASE "{name}" RENAME TO "{spare}"')
        self._waiting[""].append(spare)
        self._put(name, service)

    def take_back(self) -> None:
        """Empty what the last test had, or drop what cannot be as it was."""
        for name, service in self._lent.items():
            if service and self._restored(name, self._kept[service]):
                self._waiting[service].append(name)
            else:
                self._tell(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self._lent.clear()

    def close(self) -> None:
        """Leave the server, which is about to end."""
        if self._admin is not None:
            self._admin.close()
        if _SHELVES.get(self.server) is self:
            del _SHELVES[self.server]

    def _put(self, name: str, service: str) -> None:
        waiting = self._waiting[service]
        if len(waiting) > 1:  # from the one emptied last the server may still be seeing us off
            self._tell(f'ALTER DATABASE "{waiting.popleft()}" RENAME TO "{name}"')
        else:
            model = f' TEMPLATE "prepared-{service}"' if service else ""
            self._tell(f'CREATE DATABASE "{name}"{model} STRATEGY FILE_COPY')
        self._lent[name] = service

    def _restored(self, name: str, kept: "_Kept") -> bool:
        self._connection().execute(_SEND_AWAY, {"name": name})
        with _opened(f"{self.server}/{name}") as connection:
            return kept.restore(connection)

    def _tell(self, statement: str) -> None:
        self._connection().execute(text(statement))

    def _connection(self) -> Connection:
        if self._admin is None:
            self._admin = _opened(f"{self.server}/postgres")
        return self._admin


class _Kept:
    """What a service's upgrade made: the shape of its tables, and statements that bring a copy's rows back to it."""

    def __init__(self, connection: Connection) -> None:
        self._shape = connection.execute(_SHAPE).scalar()
        tables = connection.execute(_TABLES).scalars().all()
        connection.execute(text("CREATE SCHEMA prepared"))
        said = ["SET session_replication_role = replica", *(f'DELETE FROM public."{table}"' for table in tables)]
        for table in tables:
            if connection.execute(text(f'SELECT 1 FROM public."{table}" LIMIT 1')).scalar():
                connection.execute(text(f'CREATE TABLE prepared."{table}" AS TABLE public."{table}"'))
                columns = connection.execute(_COLUMNS, {"table": f'public."{table}"'}).scalar()
                copied = f'SELECT {columns} FROM prepared."{table}"'
                said.append(f'INSERT INTO public."{table}" ({columns}) {copied}')
        for sequence, last in connection.execute(_SEQUENCES).all():
            begun = f"{last}, true" if last is not None else "1, false"
            said.append(f"SELECT setval('public.\"{sequence}\"', {begun})")
        self._statements = ";".join(said)

    def restore(self, connection: Connection) -> bool:
        """False: the test changed more than rows."""
        if connection.execute(_SHAPE).scalar() != self._shape:
            return False
        connection.exec_driver_sql(self._statements)
        return True


def _opened(url: str) -> Connection:
    options: dict[str, Any] = {"isolation_level": "AUTOCOMMIT", "poolclass": NullPool}
    return create_engine(url.replace("postgresql:", "postgresql+psycopg:"), **options).connect()
