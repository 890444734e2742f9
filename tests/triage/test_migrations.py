"""What was stored before a migration is whole after it."""

from collections.abc import Callable

from alembic import command
from sqlalchemy import text

from shared import migrate
from shared.db import Database
from tests.triage.conftest import Triage, received


def _to(url: str, revision: str) -> None:
    database = Database(url)
    with database.engine.connect() as connection:
        config = migrate._config("triage")
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
    database.dispose()


def test_demands_of_before_are_found_by_their_customers(
    make_triage: Callable[[str], Triage], database_url: str
) -> None:
    triage = make_triage(database_url)
    number = triage.demand()
    triage.act(triage.demand("完全不同的说法"), "link", to=number, relation="related")
    triage.database.dispose()
    _to(database_url, "0007")
    with triage.database.read() as session:
        assert session.execute(text("SELECT number FROM cases WHERE number = :n"), {"n": number}).scalar_one() == number
    migrate.upgrade("triage", database_url)
    copy = received()
    triage.receive(copy)
    found = triage.call("GET", f"/demands/{copy.data['number']}/duplicates").json or {}
    first = found["items"][0]
    assert (first["number"], first["reasons"][0]) == (number, "same_customer")
    assert migrate.differences("triage", triage.database) == []
