"""Imports of historic rows: what becomes of each row."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

Verdict = Literal["accepted", "refused", "known"]
UNNAMED = "import"
"""The channel of rows that come under no other; it exists from the start and has no key."""


@dataclass(frozen=True)
class Outcome:
    """What became of one row. number: of its demand, None in a rehearsal; problem: why it was refused."""

    row: int
    verdict: Verdict
    number: str | None = None
    problem: dict[str, Any] | None = None

    def shown(self) -> dict[str, Any]:
        """As it is kept and told."""
        found = {"row": self.row, "outcome": self.verdict, "number": self.number, "problem": self.problem}
        return {name: value for name, value in found.items() if value is not None}


@dataclass(frozen=True)
class ImportJob:
    """One import; rows: Outcome.shown() of each, in order."""

    id: str
    policy: str
    policy_version: str
    channel: str
    by: str
    at: datetime
    rows: list[dict[str, Any]]

    def count(self, verdict: Verdict) -> int:
        """How many rows ended so."""
        return sum(row["outcome"] == verdict for row in self.rows)
