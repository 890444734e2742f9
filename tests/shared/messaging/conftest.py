"""Databases with the messaging tables, and children that never outlive their test."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shared.db import Database
from shared.messaging import consumer
from tests.shared.messaging.kit import Child, open_database


@pytest.fixture(autouse=True)
def _stop_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Consumers in threads look at their stop flag often: nearly every test waits for it."""
    monkeypatch.setattr(consumer, "LOOK_SECONDS", 0.05)


@pytest.fixture
def make_database(new_database_url: Callable[[], str]) -> Iterator[Callable[[], Database]]:
    """Makes databases of the kind under test: one for each service."""
    made: list[Database] = []

    def make() -> Database:
        made.append(open_database(new_database_url()))
        return made[-1]

    yield make
    for database in made:
        database.dispose()


@pytest.fixture
def database(make_database: Callable[[], Database]) -> Database:
    """A database with the messaging tables and the table of effects."""
    return make_database()


@pytest.fixture
def start_child(tmp_path: Path) -> Iterator[Callable[..., Child]]:
    """Starts worker processes: (service, database, broker url, **environment)."""
    children: list[Child] = []

    def start(service: str, database: Database, broker: str, **environ: str) -> Child:
        url = database.engine.url.render_as_string(hide_password=False)
        children.append(Child(service, url, broker, tmp_path / f"child-{len(children)}.log", **environ))
        return children[-1]

    yield start
    for child in children:
        child.kill()
