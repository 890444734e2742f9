"""What will not be as it was told or planned."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Delay:
    """The date will not be kept. reason: a code of the policy; told_at, channel: when and how the customer was told."""

    reason: str
    expected_finish: datetime
    note: str | None = None
    told_at: datetime | None = None
    channel: str | None = None
