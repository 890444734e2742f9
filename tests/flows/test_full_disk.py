"""A full disk: the channel is told to come again, nothing half stored, and it goes on when there is room."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.pool import Pool

from services.intake.usecases.add_channel import NewChannel, add_channel
from shared.clock import business_now
from shared.db import Database
from tests.service_apps import PEPPER, create_app, environment

BODY = {"description": "the pump drips since yesterday " * 200, "customer": {"contact": {"phone": "13800138000"}}}


@pytest.fixture
def intake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Any, str, Database]]:
    environ = environment(tmp_path)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    app = create_app("intake", environ)
    database = Database(environ["INTAKE_DATABASE_URL"])
    with database.write() as session:
        key = add_channel(session, NewChannel("shop", "C"), pepper=PEPPER, now=business_now())
    yield app, key, database
    database.dispose()


def test_a_full_disk_is_told_and_survived(intake: tuple[Any, str, Database]) -> None:
    app, key, database = intake
    client, headers = app.test_client(), {"Authorization": f"Bearer {key}", "Idempotency-Key": "one"}

    def post() -> Any:
        return client.post("/intake/api/v1/demands", json=BODY, headers=headers)

    with _no_more_pages(database) as make_room:
        refused = post()
        assert refused.status_code == 503
        assert refused.mimetype == "application/problem+json"
        assert int(refused.headers["Retry-After"]) > 0
        assert _count(database, "demands") == _count(database, "outbox") == _count(database, "idempotency") == 0
        make_room()
        accepted = post()
        assert accepted.status_code == 201
        assert post().json == accepted.json
        assert _count(database, "demands") == 1


@contextmanager
def _no_more_pages(database: Database) -> Iterator[Callable[[], None]]:
    """SQLite's own limit on pages, which it reports exactly like a full disk; yields what makes room again."""
    with database.engine.connect() as connection:
        limit = [connection.exec_driver_sql("PRAGMA page_count").scalar_one()]

    def set_limit(connection: Any, *_: object) -> None:
        connection.execute(f"PRAGMA max_page_count={limit[0]}")

    event.listen(Pool, "checkout", set_limit)
    try:
        yield lambda: limit.__setitem__(0, 2**30)
    finally:
        event.remove(Pool, "checkout", set_limit)


def _count(database: Database, table: str) -> int:
    with database.engine.connect() as connection:
        return int(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())
