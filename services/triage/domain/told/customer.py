"""What is asked of the customer and told to them."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class RequestSupplement:
    """What the customer is asked for: names of facts, and words."""

    missing: tuple[str, ...] = ()
    text: str | None = None


@dataclass(frozen=True)
class Told:
    """Something was told to the customer; promised_for: a date named to them; fulfils: the promise this keeps."""

    text: str
    channel: str
    promised_for: datetime | None = None
    fulfils: int | None = None
