"""What stands in the way of a demand."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Block:
    """reason: a code of the policy's reasons of delay; occurred_at None: now; task: the one that it stops."""

    reason: str
    note: str | None = None
    occurred_at: datetime | None = None
    task: str | None = None


@dataclass(frozen=True)
class Unblock:
    """It stands in the way no longer."""

    note: str | None = None
