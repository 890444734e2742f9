"""Counting what a piece of code costs in the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Engine, event


@dataclass
class Cost:
    """Statements (BEGIN left out) and commits that reached the database."""

    statements: int = 0
    commits: int = 0


@contextmanager
def counted() -> Iterator[Cost]:
    """Count on all engines, those of other threads too."""
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
