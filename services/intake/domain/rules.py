"""What intake asks of a policy; wiring answers with the installed ones."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.intake.domain.report import Report
from shared.policies.model import Policy


@dataclass(frozen=True)
class Quality:
    """Names of what is vague and what is missing; both empty for a good record."""

    vague: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        """Nothing is wanting."""
        return not self.vague and not self.missing


class Rules(Protocol):
    """The policies, as intake uses them."""

    def effective(self, code: str, moment: datetime) -> Policy:
        """The version that counts at a moment (aware); LookupError for an unknown code."""

    def judge(self, policy: Policy, report: Report, channel_kind: str) -> Quality:
        """What the policy finds vague or missing in a report."""

    def promise(self, policy: Policy, report: Report, received_at: datetime) -> datetime | None:
        """By when a first response is promised; None where the policy promises nothing."""

    def redactor(self, own: tuple[str, ...]) -> Callable[[str], str]:
        """A function that takes personal data out of one report's texts; own: the customer's name and contacts."""
