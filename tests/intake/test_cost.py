"""What one accept costs in statements and commits: the figures may fall, and rise only by decision."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from sqlalchemy import Engine, event

from tests.intake.conftest import Intake
from tests.intake.test_accept import BODY


@dataclass
class Cost:
    """Statements (BEGIN and the like left out) and commits that reach the database."""

    statements: int = 0
    commits: int = 0


@contextmanager
def _counted() -> Iterator[Cost]:
    cost = Cost()

    def execute(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        cost.statements += not statement.startswith("BEGIN")

    def commit(_connection: object) -> None:
        cost.commits += 1

    event.listen(Engine, "before_cursor_execute", execute)
    event.listen(Engine, "commit", commit)
    try:
        yield cost
    finally:
        event.remove(Engine, "before_cursor_execute", execute)
        event.remove(Engine, "commit", commit)


@pytest.mark.parametrize(
    ("known", "key", "statements"),
    [(True, None, 7), (True, "k", 9), (False, None, 13), (False, "k", 15)],
)
def test_an_accept_costs_two_commits_and_few_statements(
    intake: Intake, known: bool, key: str | None, statements: int
) -> None:
    if known:
        intake.post(BODY)
    headers = {} if key is None else {"Idempotency_Key": key}
    with _counted() as cost:
        assert intake.post(BODY, **headers).status_code == 201
    extra = 1 if intake.database.dialect == "postgresql" else 0  # SET LOCAL synchronous_commit
    assert cost.commits == 2
    assert cost.statements <= statements + extra
