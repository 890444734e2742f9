"""Taking a demand on, or passing it back."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Accept:
    """The department works on it from now on."""


@dataclass(frozen=True)
class Decline:
    """The department passes it back."""

    reason: str | None = None
