"""What intake asks of the installed policies and calendars, and what a policy finds wanting in a record."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from shared.calendars.model import Calendar
from shared.calendars.working_time import due
from shared.policies import interpret
from shared.policies.facts import Facts
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

    def shown(self) -> dict[str, list[str]]:
        """As it is stored, told and answered."""
        return {"vague": list(self.vague), "missing": list(self.missing)}


class Rules(Protocol):
    """The policies and calendars of the installation."""

    def effective(self, code: str, moment: datetime) -> Policy:
        """The version that counts at a moment (aware); LookupError for an unknown code."""

    def in_force(self, moment: datetime) -> list[Policy]:
        """Of every policy the version that counts at a moment, by code."""

    def pinned(self, code: str, version: str) -> Policy:
        """The very version a demand is run by; LookupError."""

    def calendar(self, code: str) -> Calendar:
        """The calendar a policy names; LookupError."""


def judged(policy: Policy, facts: Facts, unreadable: Iterable[str] = ()) -> Quality:
    """What the policy finds vague or missing; what came and could not be read counts as missing.

    A missing description is not also vague. Where there is none, the long answers that the policy asks for stand for
    it (policy B: symptom, goal, background).
    """
    missing = interpret.missing(policy, facts)
    lost = [name for name in unreadable if name not in facts.given]
    if "customer.contact" in missing:
        lost = [name for name in lost if name not in ("customer.phone", "customer.email")]
    texts = {"description": facts.text} if facts.text else dict(_long_answers(policy, facts))
    vague = tuple(name for name, text in texts.items() if interpret.is_vague(policy, text))
    return Quality(vague, tuple(dict.fromkeys((*missing, *lost))))


def _long_answers(policy: Policy, facts: Facts) -> Iterable[tuple[str, str]]:
    required = {one.name for one in policy.quality.required}
    for field in policy.fields:
        name, answer = f"fields.{field.code}", facts.fields.get(field.code)
        if field.kind == "long_text" and name in required and isinstance(answer, str):
            yield name, answer


def promised(policy: Policy, calendar: Calendar, urgency: str | None, received_at: datetime) -> datetime | None:
    """By when the receipt promises a first response; None where the policy promises nothing. Never a resolution."""
    span = interpret.promise_span(policy, urgency)
    return due(calendar, received_at, span).due_at if span else None
