"""Numbers that others know a customer by: a CRM's own, past orders, whatever else."""

from dataclasses import dataclass
from datetime import datetime

KINDS = ("external", "order", "other")
MOST = 200
"""How many one customer may have."""


@dataclass(frozen=True)
class NumberKey:
    """What makes a number one of its kind. system: whose it is, "" where nobody says."""

    kind: str
    system: str
    number: str


@dataclass(frozen=True)
class NumberRow:
    """A number of a customer, with when and by whom it was noted."""

    customer_id: str
    kind: str
    system: str
    number: str
    at: datetime
    by: str
