"""What demands have to do with one another."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Merge:
    """It is the same as demand `into`, which goes on for both."""

    into: str
    reason: str | None = None

    @property
    def other(self) -> str:
        """The number of the demand it is about besides."""
        return self.into


@dataclass(frozen=True)
class Unmerge:
    """It is not the same after all."""

    reason: str


@dataclass(frozen=True)
class Link:
    """relation: what it is of demand `to`: related, follow_up, duplicate, caused_by."""

    to: str
    relation: str
    note: str | None = None

    @property
    def other(self) -> str:
        """The number of the demand it is about besides."""
        return self.to


@dataclass(frozen=True)
class PartOf:
    """What is to become a demand of its own; type: as the policy calls it."""

    description: str
    subject: str | None = None
    type: str | None = None


@dataclass(frozen=True)
class Split:
    """Several things were asked for at once."""

    parts: tuple[PartOf, ...]
    reason: str


@dataclass(frozen=True)
class FollowUp:
    """What came after the end."""

    description: str
    subject: str | None = None
    type: str | None = None
