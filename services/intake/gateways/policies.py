"""The installed policies as intake uses them."""

from collections.abc import Callable
from datetime import datetime

from services.intake.domain.report import Report
from services.intake.domain.rules import Quality
from shared.policies import interpret
from shared.policies.interpret import Facts
from shared.policies.loader import Policies
from shared.policies.model import Policy
from shared.privacy import finder


class InstalledRules:
    """Rules over a set of policies."""

    def __init__(self, policies: Policies) -> None:
        self._policies = policies

    def effective(self, code: str, moment: datetime) -> Policy:
        """The version that counts at a moment; LookupError."""
        return self._policies.effective(code, moment)

    def judge(self, policy: Policy, report: Report, channel_kind: str) -> Quality:
        """What the policy finds vague or missing; a missing description is not also vague."""
        missing = interpret.missing(policy, _facts(report))
        vague = report.description and interpret.is_vague(policy, report.description)
        return Quality(("description",) if vague else (), missing)

    def promise(self, policy: Policy, report: Report, received_at: datetime) -> datetime | None:
        """By when a first response is promised."""
        return interpret.promise(policy, report.urgency, received_at)

    def redactor(self, own: tuple[str, ...]) -> Callable[[str], str]:
        """Takes personal data out of one report's texts."""
        return finder.redactor(own)


def _facts(report: Report) -> Facts:
    customer = report.customer
    kind = "company" if customer.is_company else "person"
    given = {
        "description": report.description,
        "customer.industry": customer.industry,
        "subject": report.subject,
    }
    return Facts(
        text=report.description,
        type=report.type,
        urgency=report.urgency,
        mood=report.mood,
        customer_kind=kind,
        impact=report.impact,
        given=frozenset(name for name, value in given.items() if value),
    )
