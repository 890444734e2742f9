"""What a policy says of one demand: type, route, priority, quality, promise. Pure; every answer names its reasons."""

from dataclasses import dataclass, replace

from shared.policies import clarity
from shared.policies.clarity import plain
from shared.policies.duties import Clock, FeedbackKind, Notice, Tier
from shared.policies.facts import Facts, holds
from shared.policies.knowledge import Knowledge, Script
from shared.policies.learned import Learned
from shared.policies.model import Policy
from shared.policies.parts import Condition, DemandType, PriorityLevel, Question, Required, Score


@dataclass(frozen=True)
class Classified:
    """The type proposed, or None when nothing can decide, and why: `declared`, `word:<keyword>`, `none`, `tie`.

    `model:<share> <n-grams>`: a model decided that had learned; `unsure:<share>`: it was not sure enough.

    candidates: (type code, weight) of every type that a word of the text speaks for, the heaviest first.
    """

    type: DemandType | None
    reasons: tuple[str, ...]
    candidates: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Routed:
    """Who leads, who joins, and why: `type:<code>`, `route:<id>` or `undecided`."""

    lead: str
    joining: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class Prioritised:
    """The level proposed and why: `rule:<id>`, `urgency:<code>`, points by axis, or `default`."""

    level: PriorityLevel
    reasons: tuple[str, ...]


def classify(policy: Policy, facts: Facts, model: Learned | None = None) -> Classified:
    """The declared type, else the one whose words weigh most in the text; two that weigh the same decide nothing.

    model: asked only where the words decide nothing; what it is not sure of stays undecided.
    """
    if facts.type is not None:
        return Classified(policy.type(facts.type), ("declared",))
    found = _by_words(policy, facts)
    return found if model is None or found.type is not None else _by_model(policy, facts, model, found)


def _by_words(policy: Policy, facts: Facts) -> Classified:
    text = plain(facts.text)
    found = {one.code: [word for word in one.words if word in text] for one in policy.types}
    weights = {one.code: sum(one.words[word] for word in found[one.code]) for one in policy.types}
    candidates = tuple(sorted(((code, float(n)) for code, n in weights.items() if n), key=lambda one: -one[1]))
    if not candidates:
        return Classified(None, ("none",))
    if len(candidates) > 1 and candidates[0][1] == candidates[1][1]:
        return Classified(None, ("tie",), candidates)
    best = candidates[0][0]
    return Classified(policy.type(best), tuple(f"word:{word}" for word in found[best]), candidates)


def _by_model(policy: Policy, facts: Facts, model: Learned, found: Classified) -> Classified:
    guess = model.guess(facts.text)
    if guess is None:
        return found
    kind = next((one for one in policy.types if one.code == guess.type), None)
    if kind is None or guess.share < model.threshold:
        return replace(found, reasons=(*found.reasons, f"unsure:{guess.share:.2f}"))
    return replace(found, type=kind, reasons=(f"model:{guess.share:.2f} {','.join(guess.grams)}",))


def route(policy: Policy, facts: Facts) -> Routed:
    """The departments that work on it; facts.type is the decided type, None when nobody could decide."""
    facts = tiered(policy, facts)
    for one in policy.routes:
        if holds(one.when, facts):
            return Routed(one.lead, one.joining, f"route:{one.id}")
    if facts.type is None:
        return Routed(policy.undecided, (), "undecided")
    decided = policy.type(facts.type)
    return Routed(decided.lead, decided.joining, f"type:{decided.code}")


def prioritise(policy: Policy, facts: Facts) -> Prioritised:
    """The level of the first rule that holds, else by urgency or points, else the default. facts.type: as decided."""
    rules, facts = policy.priority, tiered(policy, facts)
    for rule in rules.rules:
        if holds(rule.when, facts):
            return Prioritised(policy.level(rule.level), (f"rule:{rule.id}",))
    urgency = facts.urgency or policy.default_urgency
    if urgency is not None and urgency in rules.by_urgency:
        return Prioritised(policy.level(rules.by_urgency[urgency]), (f"urgency:{urgency}",))
    if rules.score is not None:
        return _scored(policy, rules.score, replace(facts, urgency=urgency))
    return Prioritised(policy.level(rules.default), ("default",))


def _scored(policy: Policy, score: Score, facts: Facts) -> Prioritised:
    customers = int(facts.impact.get("customers") or 0)
    axes = {
        "urgency": (facts.urgency, score.urgency.get(facts.urgency or "", 0)),
        "value": (facts.customer_value, score.customer_value.get(facts.customer_value or "", 0)),
        "impact": (customers, max((one.points for one in score.impact if customers >= one.at_least), default=0)),
    }
    total = sum(points for _, points in axes.values())
    reasons = tuple(f"{axis}:{value or '-'}+{points}" for axis, (value, points) in axes.items())
    reached = sorted((one for one in score.levels if total >= one.at_least), key=lambda one: -one.at_least)
    level = reached[0].level if reached else policy.priority.default
    return Prioritised(policy.level(level), (*reasons, f"total:{total}"))


def missing(policy: Policy, facts: Facts) -> tuple[str, ...]:
    """Names of what the policy asks for and the record lacks, in the policy's order, each once."""
    wanted = (one for one in policy.quality.required if _is_required(one, facts))
    return tuple(dict.fromkeys(one.name for one in wanted if one.name not in facts.given))


def is_vague(policy: Policy, text: str) -> bool:
    """Whether a description says nothing that can be handled, by the policy's words."""
    rules = policy.quality
    return clarity.is_vague(
        text, phrases=rules.vague, filler=rules.filler, shortest=rules.shortest, enough_left=rules.enough_left
    )


def questions(policy: Policy, facts: Facts) -> tuple[Question, ...]:
    """Open questions worth asking the customer."""
    return tuple(one for one in policy.quality.questions if holds(one.when, facts))


def feedback_kind(policy: Policy, code: str | None) -> FeedbackKind | None:
    """The kind of opinion that came with a demand; None when there is none or the policy lacks it."""
    return next((one for one in policy.feedback.kinds if one.code == code), None)


def notices(policy: Policy, on: str, facts: Facts, rejection: str | None = None) -> tuple[Notice, ...]:
    """What is sent when an event happens: of each kind and audience the first notice that fits.

    rejection: with demand.rejected, its kind.
    """
    facts = tiered(policy, facts)
    fitting = (
        one
        for one in policy.notices
        if one.on == on and _any_holds(one.when_any, facts) and (not one.rejections or rejection in one.rejections)
    )

    first: dict[tuple[str, str], Notice] = {}
    for one in fitting:
        first.setdefault((one.kind, one.audience), one)
    return tuple(first.values())


def tier(policy: Policy, facts: Facts) -> Tier | None:
    """The customer's tier by what this demand tells; None where the policy has no tiers."""
    return next((one for one in policy.tiers if _any_holds(one.when_any, facts)), None)


def knowledge(policy: Policy, facts: Facts) -> tuple[Knowledge, ...]:
    """What there is to read on what a demand, or a talk that begins, is about."""
    return tuple(one for one in policy.knowledge if holds(one.when, facts))


def scripts(policy: Policy, facts: Facts) -> tuple[Script, ...]:
    """What to say to a customer who is on the line."""
    return tuple(one for one in policy.scripts if _any_holds(one.when_any, facts))


def tiered(policy: Policy, facts: Facts) -> Facts:
    """Facts with the customer's tier: the one told where the policy has it, else by this demand."""
    if not policy.tiers or facts.tier in {one.code for one in policy.tiers}:
        return facts
    found = tier(policy, facts)
    return replace(facts, tier=found.code if found else None)


def runs(clock: Clock, facts: Facts) -> bool:
    """Whether a policy's clock concerns this demand at all; facts: with the tier, where the policy has tiers."""
    return holds(clock.when, facts) and not any(holds(one, facts) for one in clock.unless_any)


def span_of(clock: Clock, policy: Policy, *, level: str, urgency: str | None) -> str | None:
    """The span of a clock for a priority level and an urgency, as a spec; None: there is no such clock for them."""
    if clock.add is not None:
        return clock.add
    if clock.add_by_priority:
        return clock.add_by_priority.get(level)
    return clock.add_by_urgency.get(urgency or policy.default_urgency or "")


def promise_span(policy: Policy, urgency: str | None) -> str | None:
    """How long after receipt the receipt promises a first response, as a spec; None: nothing is promised."""
    rules = policy.receipt_promise
    return rules.by_urgency.get(urgency, rules.default) if urgency else rules.default


def _is_required(one: Required, facts: Facts) -> bool:
    return holds(one.when, facts) and not any(holds(other, facts) for other in one.unless_any)


def _any_holds(conditions: tuple[Condition, ...], facts: Facts) -> bool:
    return not conditions or any(holds(one, facts) for one in conditions)
