"""A database with the versions that came with the software."""

from collections.abc import Callable, Iterator

import pytest

from shared.calendars.loader import load as load_calendar
from shared.db import Database
from shared.messaging.tables import metadata as messaging
from shared.policies.loader import load as load_policy
from shared.versions.seed import seed
from shared.versions.store import keep
from shared.versions.tables import metadata

Keep = Callable[[bytes], bool]


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """Seeded, on SQLite and on PostgreSQL in turn."""
    found = Database(database_url)
    for tables in (messaging, metadata):
        tables.create_all(found.engine)
    with found.write() as session:
        seed(session)
    yield found
    found.dispose()


@pytest.fixture
def keep_policy(database: Database) -> Keep:
    """Keeps a policy, as a process beside the one under test would; whether it is new."""

    def one(raw: bytes) -> bool:
        with database.write() as session:
            return keep(session, load_policy(raw), raw)

    return one


@pytest.fixture
def keep_calendar(database: Database) -> Keep:
    """Keeps a calendar; whether it is new."""

    def one(raw: bytes) -> bool:
        with database.write() as session:
            return keep(session, load_calendar(raw), raw)

    return one
