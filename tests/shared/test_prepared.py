"""A database that a test leaves comes to the next one as the service's upgrade made it, or not at all."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from shared.operations.postgres import PrivatePostgres
from tests.prepared import Shelf
from tests.prepared import shelf as shared_shelf

pytestmark = pytest.mark.servers


@pytest.fixture
def shelf(postgres: PrivatePostgres) -> Iterator[Shelf]:
    """A shelf of its own: what other tests have stays with them."""
    found = Shelf(postgres.url("postgres").rsplit("/", 1)[0])
    yield found
    found.take_back()
    found.close()


def _run(url: str, *statements: str) -> list[tuple[Any, ...]]:
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    rows: list[tuple[Any, ...]] = []
    with engine.begin() as connection:
        for one in statements:
            result = connection.execute(text(one))
            rows += [tuple(row) for row in result] if result.returns_rows else []
    engine.dispose()
    return rows


def _upgrade(url: str) -> None:
    _run(
        url,
        "CREATE TABLE kept (id serial PRIMARY KEY, word text, size int GENERATED ALWAYS AS (length(word)) STORED)",
        "CREATE TABLE parts (of_id int REFERENCES kept (id))",
        "INSERT INTO kept (word) VALUES ('a')",
    )


def _lent(shelf: Shelf, service: str) -> list[str]:
    """Three, so that the second time around some come again."""
    urls = [shelf.lend() for _ in range(3)]
    for url in urls:
        shelf.prepare(service, url.rsplit("/", 1)[1], _upgrade)
    return urls


def test_rows_and_numbers_are_as_they_were_at_first(shelf: Shelf) -> None:
    for _ in range(2):
        for url in _lent(shelf, "rows"):
            assert _run(url, "SELECT * FROM kept", "SELECT * FROM parts") == [(1, "a", 1)]
            assert _run(url, "INSERT INTO kept (word) VALUES ('b') RETURNING id") == [(2,)]
            _run(url, "INSERT INTO parts VALUES (1)", "UPDATE kept SET word = 'x' WHERE id = 1")
        shelf.take_back()


def test_tables_that_changed_do_not_come_back(shelf: Shelf) -> None:
    for _ in range(2):
        for url in _lent(shelf, "shape"):
            _run(url, "ALTER TABLE kept ADD COLUMN more int")  # refused where it is there already
        shelf.take_back()


def test_a_shelf_that_ends_leaves_the_others_in_place(postgres: PrivatePostgres) -> None:
    everyones = shared_shelf(postgres.url("postgres"))
    Shelf(everyones.server).close()
    assert shared_shelf(postgres.url("postgres")) is everyones
