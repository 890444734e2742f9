"""What was no demand, and what was recorded wrongly."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Reject:
    """kind: wrong_person (meant for somebody else), spam, not_a_demand (nothing is asked for)."""

    kind: str
    reason: str


@dataclass(frozen=True)
class Correct:
    """fact: as in a demand's body (`urgency`, `impact.customers`, `fields.<code>`); value None: there is none."""

    fact: str
    value: Any
    reason: str
