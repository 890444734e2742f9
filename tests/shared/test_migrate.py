"""Where a database stands, as health checks ask it."""

import logging

import pytest

from shared import migrate
from shared.db import Database


def test_a_database_tells_its_revision_without_a_word_in_the_log(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    database = Database(database_url)
    assert migrate.current(database) is None
    migrate.upgrade("notifier", database_url)
    caplog.clear()
    with caplog.at_level(logging.INFO):
        assert migrate.current(database) == migrate.head("notifier")
    assert caplog.records == []
    database.dispose()
