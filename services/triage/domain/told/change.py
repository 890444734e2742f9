"""A plan that is to be another one."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Cost:
    """What a change costs the customer; currency: three letters of ISO 4217."""

    amount: float
    currency: str = "CNY"


@dataclass(frozen=True)
class RequestChange:
    """What changes and why, and the plan that would take the place of the present one; expected_finish None: as now."""

    what: str
    reason: str
    plan: str
    expected_finish: datetime | None = None
    cost: Cost | None = None


@dataclass(frozen=True)
class DecideChange:
    """Our yes or no to a change; verdict: approved, refused, which needs a reason."""

    change: str
    verdict: str
    reason: str | None = None
