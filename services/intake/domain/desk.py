"""What the desk asks while somebody talks with a customer: the policy's form, and what only staff can tell. Pure."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from services.intake.domain import web_form
from services.intake.domain.contact import Contact, normal_email, normal_phone
from services.intake.domain.customer_records import Wanted
from services.intake.domain.questions import Option, Question, Section, Typed, names, settled
from services.intake.domain.records import CustomerRow
from shared.policies import interpret
from shared.policies.facts import Facts
from shared.policies.forms import Form
from shared.policies.model import Policy
from shared.policies.parts import Condition, Text

_NUMBER = re.compile(r"[A-Za-z0-9_./-]{1,80}")

PLAIN = ("description", "fields.symptom", "type", "urgency", "mood", "customer.name", "customer.phone")
"""What a plain call is asked for, in this order, and with it what the policy requires; the rest may be opened."""


def sections(policy: Policy, form_code: str | None, known: Mapping[str, str]) -> tuple[Section, Section]:
    """What is asked at once, and what may be asked besides.

    form_code: the channel's form, None: the policy's first; known: what is known of the customer already, by name of
    the question, so that nobody asks twice (policy C).
    """
    asked = [one for one in _all(policy, form_code, known) if one.name not in known]
    plain = _plain(asked)
    rest = [one for one in asked if one not in plain]
    return Section("plain", _PLAIN, tuple(plain)), Section("more", _MORE, tuple(rest))


def body(policy: Policy, asked: Sequence[Section], typed: Typed, language: str) -> dict[str, Any]:
    """The body of POST /api/v1/demands; a local time of the talk gets the policy's zone."""
    found = web_form.said(asked, typed, language)
    if "occurred_at" in found:
        found["occurred_at"] = with_zone(found["occurred_at"], policy.time_zone)
    return found


@dataclass(frozen=True)
class AtHand:
    """What whoever talks with the customer has at hand. say: scripts, in order; questions, asks: to put to them."""

    say: tuple[Text, ...]
    questions: tuple[Text, ...]
    asks: tuple[Text, ...]


def at_hand(policy: Policy, facts: Facts, lacking: Collection[str], *, number: str, due: str | None) -> AtHand:
    """lacking: names of what is missing or vague; due: by when the first answer is promised, as people read it."""
    scripts = [one.say for one in interpret.scripts(policy, facts) if due or "{due}" not in one.say.zh]
    say = tuple(Text(*(text.format(number=number, due=due) for text in (one.zh, one.en))) for one in scripts)
    asks = {one.name: one.ask for one in policy.quality.required if one.name in lacking}
    return AtHand(say, tuple(one.ask for one in interpret.questions(policy, facts)), tuple(asks.values()))


def looked_for(who: str) -> Wanted:
    """What somebody typed to find a customer by: a mail address, a phone number, another number, or a name."""
    if not who:
        return Wanted()
    if normal_email(who):
        return Wanted(email=who)
    number = who if _NUMBER.fullmatch(who) and any(char.isdigit() for char in who) else None
    phone = who if normal_phone(who) else None
    return Wanted(phone=phone, number=number, order_number=number, name=None if phone or number else who)


def known_of(contact: Contact, row: CustomerRow) -> dict[str, str]:
    """What a known customer is not asked again, by name of the question.

    Everybody is kept as a person until a company is named, so only a company's kind is known.
    """
    found = {
        "customer.name": contact.name,
        "customer.phone": contact.phone,
        "customer.email": contact.email,
        "customer.kind": row.kind if row.kind == "company" else None,
        "customer.company": row.company_name,
        "customer.industry": row.industry,
        "customer.value": row.value,
    }
    return {name: value for name, value in found.items() if value}


def every(policy: Policy) -> tuple[Question, ...]:
    """Whatever any form of the policy asks of customers, and what staff adds, each once and always asked."""
    found: dict[str, Question] = {}
    for form in _forms(policy):
        for one in _all(policy, form.code, {}):
            found.setdefault(one.name, replace(one, when=None))
    return tuple(found.values())


def _plain(asked: Sequence[Question]) -> list[Question]:
    """What decides whether one of them is asked stands before it."""
    every = {one.name: one for one in asked}

    def place(one: Question) -> int:
        own = PLAIN.index(one.name) if one.name in PLAIN else len(PLAIN)
        return own if one.when is None else max(own, place(every[one.when.name]))

    wanted = {one.name for one in asked if one.name in PLAIN or one.required}
    for one in reversed(asked):  # whatever decides stands before in the form
        if one.name in wanted and one.when is not None:
            wanted.add(one.when.name)
    return sorted((one for one in asked if one.name in wanted), key=place)


def _all(policy: Policy, form_code: str | None, known: Mapping[str, str]) -> Iterator[Question]:
    forms = _forms(policy)
    form = next((one for one in forms if one.code == form_code), forms[0] if forms else None)
    parts = web_form.sections(policy, form) if form else ()
    yield from (one for part in settled(parts, known) for one in part.questions)
    seen = names(parts)
    for one in _by_staff(policy):
        if one.name not in seen:
            seen.add(one.name)
            yield one


def _forms(policy: Policy) -> list[Form]:
    """Those that ask customers something."""
    return [one for one in policy.forms if web_form.asks_something(policy, one)]


def _by_staff(policy: Policy) -> Iterator[Question]:
    """What customers are not asked in writing: how they sound, whom it hits, when it was."""
    if policy.moods:
        yield replace(_MOOD, options=tuple(Option(code, label) for code, label in policy.moods.items()))
    if policy.urgencies:
        yield replace(_URGENCY, options=tuple(Option(one.code, one.label) for one in policy.urgencies))
    if policy.values:
        yield replace(_VALUE, options=tuple(Option(code, label) for code, label in policy.values.items()))
    weighed = _weighed(policy)
    yield from (one for one in _IMPACT if one.name in weighed)
    yield from _BESIDES


def _weighed(policy: Policy) -> set[str]:
    """What of the impact the policy's priority looks at."""
    found = {"impact.customers"} if policy.priority.score and policy.priority.score.impact else set()
    nothing = Condition()
    for rule in policy.priority.rules:
        found |= {
            name
            for name, key in _LOOKED_AT.items()
            if getattr(rule.when, key) != getattr(nothing, key)
        }  # fmt: skip
    return found


def with_zone(text: str, zone: str) -> str:
    """A local time as one with an offset; what is no time stays as it was typed and is refused beside its field."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).isoformat()
    except ValueError:
        return text


_LOOKED_AT = {
    "impact.customers": "customers_at_least",
    "impact.amount": "amount_at_least",
    "impact.safety": "safety",
    "impact.brand": "brand",
}
_PLAIN = Text("本次需求", "This demand")
_MORE = Text("更多信息", "More")
_MOOD = Question("mood", Text("客户情绪", "Mood"), "choice")
_URGENCY = Question("urgency", Text("紧急程度", "Urgency"), "choice")
_VALUE = Question("customer.value", Text("客户价值", "Value of the customer"), "choice")
_IMPACT = (
    Question("impact.customers", Text("影响客户数", "Customers concerned"), "number"),
    Question("impact.amount", Text("涉及金额（元）", "Amount at stake (CNY)"), "number"),
    Question("impact.safety", Text("是否涉及安全", "A safety hazard?"), "yes_no"),
    Question("impact.brand", Text("是否可能影响品牌", "Could it hurt the brand?"), "yes_no"),
)
_BESIDES = (
    Question("subject", Text("沟通事由", "Subject"), "text"),
    Question("order_number", Text("订单号", "Order number"), "text"),
    Question("product", Text("产品", "Product"), "text"),
    Question("wishes", Text("特殊要求", "Special wishes"), "text"),
    Question("expected_by", Text("期望完成时间", "Wanted by"), "date"),
    Question("related_number", Text("关联的需求编号", "Number of an earlier demand"), "text"),
    Question("occurred_at", Text("沟通时间（不填为现在）", "When you talked (empty: now)"), "moment"),
    Question("customer.company", Text("公司名称", "Company"), "text"),
    Question("customer.industry", Text("所属行业", "Industry"), "text"),
)
