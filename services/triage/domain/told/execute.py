"""The work on a demand."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """A note of progress."""

    text: str
