"""What is known of a demand when the rules of a policy look at it, and whether a condition holds for it. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.policies.clarity import plain
from shared.policies.parts import Condition


@dataclass(frozen=True)
class Facts:
    """Codes are the policy's. impact: {customers?, amount?, safety?, brand?}; fields: code -> answer.

    given: names of what came with a value, as in parts.REPORTED or `fields.<code>`; joint: several departments;
    wishes: what the customer wishes, in their words; tier: by the policy's rules (interpret.tiered).
    """

    text: str
    type: str | None = None
    urgency: str | None = None
    mood: str | None = None
    customer_kind: str | None = None
    customer_value: str | None = None
    industry: str | None = None
    product: str | None = None
    channel_kind: str | None = None
    feedback_kind: str | None = None
    impact: Mapping[str, Any] = field(default_factory=dict)
    fields: Mapping[str, Any] = field(default_factory=dict)
    given: frozenset[str] = frozenset()
    joint: bool = False
    known_customer: bool = False
    wishes: str = ""
    tier: str | None = None


def holds(condition: Condition, facts: Facts) -> bool:
    """Whether every key of a condition that is given holds."""
    amount, customers = facts.impact.get("amount"), facts.impact.get("customers")
    checks = (
        not condition.words or _says(facts.text, condition.words),
        not condition.wishes or _says(facts.wishes, condition.wishes),
        _among(facts.tier, condition.tiers),
        _among(facts.type, condition.types),
        _among(facts.urgency, condition.urgencies),
        _among(facts.mood, condition.moods),
        _among(facts.customer_kind, condition.customer_kinds),
        _among(facts.customer_value, condition.customer_values),
        _among(facts.industry, condition.industries),
        _among(facts.product, condition.products),
        _among(facts.channel_kind, condition.channel_kinds),
        _among(facts.feedback_kind, condition.feedback_kinds),
        all(_answered(facts.fields.get(code), answers) for code, answers in condition.fields.items()),
        facts.given.issuperset(condition.given),
        condition.amount_at_least is None or (amount is not None and amount >= condition.amount_at_least),
        condition.customers_at_least is None or (customers is not None and customers >= condition.customers_at_least),
        condition.safety is None or bool(facts.impact.get("safety")) == condition.safety,
        condition.brand is None or bool(facts.impact.get("brand")) == condition.brand,
        condition.joint is None or facts.joint == condition.joint,
        condition.known_customer is None or facts.known_customer == condition.known_customer,
    )
    return all(checks)


def _says(text: str, words: Collection[str]) -> bool:
    said = plain(text)
    return any(word in said for word in words)


def _among(value: str | None, wanted: Collection[str]) -> bool:
    return not wanted or value in wanted


def _answered(value: Any, wanted: Collection[str]) -> bool:
    answers = value if isinstance(value, list | tuple) else [value]
    return any(str(one) in wanted for one in answers)
