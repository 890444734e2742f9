"""Fresh databases as a service's upgrade leaves them, copied from one that was upgraded once: what most tests need.

The migrations themselves are tested in tests/*/test_migrations.py and tests/architecture.
"""

import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

_KEPT: dict[tuple[str, str], str] = {}
"""(service, server) -> the address of the database to copy, in this process."""


def prepare(service: str, url: str, upgrade: Callable[[str], None]) -> None:
    """Bring a fresh, empty database to what upgrade(url) makes of one."""
    parts = make_url(url)
    if parts.get_backend_name() == "sqlite":
        _copy_file(service, Path(str(parts.database)), upgrade)
    else:
        _copy_database(service, url, upgrade)


def _copy_file(service: str, target: Path, upgrade: Callable[[str], None]) -> None:
    key = (service, "sqlite")
    if key not in _KEPT:
        path = Path(tempfile.mkdtemp(prefix="demandflow-prepared-")) / f"{service}.sqlite"
        upgrade(f"sqlite:///{path}")
        _KEPT[key] = str(path)
    source, copy = sqlite3.connect(_KEPT[key]), sqlite3.connect(target)
    source.backup(copy)
    copy.execute("PRAGMA journal_mode=WAL")
    for one in (copy, source):
        one.close()


def _copy_database(service: str, url: str, upgrade: Callable[[str], None]) -> None:
    name = make_url(url).database
    server = url.rsplit("/", 1)[0]
    key = (service, server)
    engine = create_engine(
        f"{server}/postgres".replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        if key not in _KEPT:
            connection.execute(text(f'CREATE DATABASE "prepared-{service}"'))
            upgrade(f"{server}/prepared-{service}")
            _KEPT[key] = f"prepared-{service}"
        connection.execute(text(f'DROP DATABASE "{name}"'))
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{_KEPT[key]}"'))
    engine.dispose()
