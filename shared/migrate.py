"""Database migrations: each service has its own numbered line under services/<name>/migrations."""

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, create_engine, inspect, text

from shared.db import Database
from shared.search import is_search_table

ROOT = Path(__file__).resolve().parents[1]


def upgrade(service: str, url: str) -> None:
    """Bring a service's database to its newest revision; safe to repeat and to run twice at once on PostgreSQL."""
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    database = Database(url)
    try:
        with database.engine.connect() as connection:
            config = _config(service)
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    finally:
        database.dispose()


def head(service: str) -> str:
    """The newest revision of a service."""
    revision = ScriptDirectory.from_config(_config(service)).get_current_head()
    assert revision is not None
    return revision


def current(database: Database) -> str | None:
    """The revision a database stands at; None when it was never migrated.

    Asked every few seconds, so not through alembic, which logs two lines each time.
    """
    with database.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.scalar(text("SELECT version_num FROM alembic_version"))


def metadatas(service: str) -> list[MetaData]:
    """The tables a service's database must hold: its own, and those that every service has."""
    modules = (f"services.{service}.tables", *(f"shared.{part}.tables" for part in ("messaging", "http", "versions")))
    own, *common = (importlib.import_module(name) for name in modules)
    return [own.Base.metadata, *(tables.metadata for tables in common)]


def differences(service: str, database: Database) -> list[Any]:
    """What autogenerate would still change; empty when migrations and tables agree."""
    with database.engine.connect() as connection:
        target = merged(service)
        opts = {"target_metadata": target, "include_name": _but_for_search_tables(target)}
        found: list[Any] = compare_metadata(MigrationContext.configure(connection, opts=opts), target)
        return found


def merged(service: str) -> MetaData:
    """All of a service's tables in one MetaData."""
    result = MetaData()
    for metadata in metadatas(service):
        for table in metadata.tables.values():
            table.to_metadata(result)
    return result


def run_env(service: str) -> None:
    """The body of every migrations/env.py."""
    from alembic import context

    connection = context.config.attributes["connection"]
    target = merged(service)
    context.configure(
        connection=connection,
        target_metadata=target,
        render_item=_render_item,
        include_name=_but_for_search_tables(target),
    )
    with context.begin_transaction():
        context.run_migrations()


def _but_for_search_tables(target: MetaData) -> Callable[[str | None, str, Any], bool]:
    """What alembic compares: search tables differ between databases, so migrations alone make them (shared.search)."""

    def compares(name: str | None, kind: str, _parents: Any) -> bool:
        return kind != "table" or not any(is_search_table(name or "", searched) for searched in target.tables)

    return compares


def _render_item(kind: str, item: Any, autogen_context: Any) -> Any:
    if kind == "type" and type(item).__module__ == "shared.db":
        autogen_context.imports.add("import shared.db")
        return f"shared.db.{type(item).__name__}()"
    return False


def _config(service: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "services" / service / "migrations"))
    return config


def revision(service: str, message: str) -> None:
    """Write the next numbered revision from the difference between an upgraded empty database and the tables."""
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        config = _config(service)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        directory = ScriptDirectory.from_config(config)
        number = f"{len(list(directory.walk_revisions())) + 1:04d}"
        command.revision(config, message=message, autogenerate=True, rev_id=number)


if __name__ == "__main__":
    revision(sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else "initial")
