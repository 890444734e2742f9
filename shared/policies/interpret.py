"""What a policy says of one demand: its type, priority, quality and deadlines. Pure; every answer names its reasons."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from shared.policies.model import Clock, Condition, DemandType, Policy, PriorityLevel

_SPEC = re.compile(r"(\d{1,6})h")
MOST_TEXT = 20_000


@dataclass(frozen=True)
class Facts:
    """What is known of a demand when rules look at it. impact: {customers?, amount?, safety?, brand?}."""

    text: str
    type: str | None = None
    urgency: str | None = None
    mood: str | None = None
    customer_kind: str | None = None
    impact: Mapping[str, Any] = field(default_factory=dict)
    given: frozenset[str] = frozenset()
    """Names of the fields that came with a value, dotted where nested (customer.industry)."""


@dataclass(frozen=True)
class Classified:
    """The type proposed and why: `declared`, `word:<keyword>` rows, or `default`."""

    type: DemandType
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Prioritised:
    """The level proposed and the id of the rule that decided (`default` when none held)."""

    level: PriorityLevel
    rule: str


@dataclass(frozen=True)
class Due:
    """One deadline of a demand. Moments are aware UTC; approaching_at None: no warning before it."""

    clock: Clock
    due_at: datetime
    approaching_at: datetime | None


def classify(policy: Policy, facts: Facts) -> Classified:
    """The declared type, else the type whose words weigh most in the text, else the policy's default type."""
    if facts.type is not None:
        return Classified(policy.type(facts.type), ("declared",))
    text = plain(facts.text)
    best: tuple[float, DemandType | None, tuple[str, ...]] = (0.0, None, ())
    for one in policy.types:
        found = [word for word in one.words if word in text]
        weight = sum(one.words[word] for word in found)
        if weight > best[0]:
            best = (weight, one, tuple(f"word:{word}" for word in found))
    if best[1] is None:
        return Classified(policy.type(policy.default_type), ("default",))
    return Classified(best[1], best[2])


def prioritise(policy: Policy, facts: Facts) -> Prioritised:
    """The level of the first rule that holds. facts.type is the decided type."""
    for rule in policy.priority.rules:
        if holds(rule.when, facts):
            return Prioritised(policy.level(rule.level), rule.id)
    return Prioritised(policy.level(policy.priority.default), "default")


def holds(condition: Condition, facts: Facts) -> bool:
    """Whether every key of a condition that is given holds."""
    text = plain(facts.text) if condition.words else ""
    amount = facts.impact.get("amount")
    checks = (
        not condition.words or any(word in text for word in condition.words),
        not condition.types or facts.type in condition.types,
        not condition.urgencies or facts.urgency in condition.urgencies,
        not condition.moods or facts.mood in condition.moods,
        not condition.customer_kinds or facts.customer_kind in condition.customer_kinds,
        condition.amount_at_least is None or (amount is not None and amount >= condition.amount_at_least),
        condition.safety is None or bool(facts.impact.get("safety")) == condition.safety,
        condition.brand is None or bool(facts.impact.get("brand")) == condition.brand,
    )
    return all(checks)


def missing(policy: Policy, facts: Facts) -> tuple[str, ...]:
    """Names of the fields the policy asks for and the record lacks."""
    required = policy.quality.required
    return tuple(one.name for one in required if one.name not in facts.given and holds(one.when, facts))


def is_vague(policy: Policy, text: str) -> bool:
    """Whether a description says nothing that can be handled, by the policy's words."""
    rules = policy.quality
    said = plain(text)
    if _letters(said) < rules.shortest:
        return True
    left = said
    for phrase in rules.vague:
        left = left.replace(phrase, "")
    return left != said and _letters(left) < rules.enough_left


def deadlines(policy: Policy, level: str, received_at: datetime) -> tuple[Due, ...]:
    """Every clock that the policy runs for a priority level, from the moment of receipt."""
    found = []
    for clock in policy.clocks:
        if level in clock.add:
            due_at = received_at + elapsed(clock.add[level])
            warning = due_at - elapsed(clock.approaching) if clock.approaching else None
            found.append(Due(clock, due_at, max(warning, received_at) if warning else None))
    return tuple(found)


def promise(policy: Policy, urgency: str | None, received_at: datetime) -> datetime | None:
    """By when the receipt promises a first response; None where the policy promises nothing."""
    rules = policy.receipt_promise
    spec = rules.by_urgency.get(urgency, rules.default) if urgency else rules.default
    return received_at + elapsed(spec) if spec else None


def elapsed(spec: str) -> timedelta:
    """`4h` -> four hours that pass; ValueError for anything else."""
    match = _SPEC.fullmatch(spec)
    if match is None:
        raise ValueError(f"{spec!r} is no span of elapsed hours such as 4h")
    return timedelta(hours=int(match[1]))


def plain(text: str) -> str:
    """Text as rules compare it: one width of letters, lower case, bounded."""
    return unicodedata.normalize("NFKC", text[:MOST_TEXT]).casefold()


def _letters(text: str) -> int:
    return sum(char.isalnum() for char in text)
