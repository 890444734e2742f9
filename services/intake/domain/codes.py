"""Words of a channel turned into codes of the policy: codes, labels and aliases all count, in any width and case."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from services.intake.domain import answers
from services.intake.domain.communications import KINDS, Communication
from services.intake.domain.contact import Contact, normal_email, normal_phone
from services.intake.domain.formats import Findings, is_day_or_moment
from services.intake.domain.report import Report
from shared.policies.clarity import plain
from shared.policies.model import Policy
from shared.policies.parts import Text
from shared.refused import Refused

SOURCE, _LONGEST_SOURCE = "source", 60
"""The field of a policy that says how a customer found us."""


@dataclass(frozen=True)
class Resolved:
    """The report in the policy's codes; unreadable: names of what came and cannot be read."""

    report: Report
    unreadable: tuple[str, ...] = ()


def resolve(policy: Policy, report: Report, *, lenient: bool = False) -> Resolved:
    """Refused 422 with a pointer per word the policy has not and per value in a wrong form.

    lenient: what cannot be read counts as missing instead; only fields nobody knows are refused then.
    """
    found = Findings(lenient)
    resolved = replace(
        report,
        type=_listed(policy.types, report.type, "type", found),
        urgency=_listed(policy.urgencies, report.urgency, "urgency", found),
        mood=_named(policy.moods, report.mood, "mood", found),
        expected_by=_day_or_moment(report.expected_by, found),
        customer=replace(
            report.customer,
            value=_named(policy.values, report.customer.value, "customer.value", found),
            contact=_contact(policy, report.customer.contact, found),
        ),
        feedback=_feedback(policy, report.feedback, found),
        fields=answers.resolve(policy, report.fields, {"budget": report.budget}, found),
    )
    _check(found)
    resolved = replace(resolved, customer=replace(resolved.customer, source=_source(policy, resolved.fields)))
    return Resolved(resolved, tuple(dict.fromkeys(found.unreadable)))


def resolve_historic(policy: Policy, row: Report, *, now: datetime) -> Report:
    """A row of the past in the policy's codes. Refused 422: a pointer per word the policy has not, a time to come."""
    said, found = row.historic, Findings()
    assert said is not None
    if row.occurred_at is None or row.occurred_at > now:
        found.refuse("/occurred_at", "not-past")
    kind = _listed(policy.types, row.type, "type", found)
    resolved = replace(
        said,
        status=_listed(policy.statuses, said.status, "status", found) or said.status,
        satisfaction=_listed(policy.feedback.levels, said.satisfaction, "satisfaction", found),
        priority=_listed(policy.priority.levels, said.priority, "priority", found),
        channel=_listed(policy.channels, said.channel, "channel", found),
    )
    _check(found)
    return replace(row, type=kind, historic=resolved)


def resolve_communication(policy: Policy, said: Communication) -> Communication:
    """A communication in the policy's codes. Refused 422 for a channel or a mood that the policy has not.

    The channel may also be one of the ways of talking that any policy knows.
    """
    found = Findings()
    channel = answers.code_of(policy.channels, said.channel)
    if channel is None and plain(said.channel) in KINDS:
        kind = plain(said.channel)
        channel = next((one.code for one in policy.channels if one.kind == kind), kind)
    if channel is None:
        found.wrong("channel", pointer("channel"), "unknown-code")
    mood = _named(policy.moods, said.mood, "mood", found)
    _check(found)
    return replace(said, channel=channel or said.channel, mood=mood)


def pointer(name: str) -> str:
    """Where a name of the policy stands in the body: customer.phone -> /customer/contact/phone."""
    path = name.replace("customer.phone", "customer.contact.phone").replace("customer.email", "customer.contact.email")
    return "/" + path.replace(".", "/")


def _source(policy: Policy, fields: Mapping[str, Any]) -> str | None:
    """How the customer found us, where the policy asks for it (policy D: 客户来源)."""
    open_fields = {one.code for one in policy.fields if not one.sensitive}
    said = fields.get(SOURCE) if SOURCE in open_fields else None
    return said[:_LONGEST_SOURCE] if isinstance(said, str) and said else None


def _check(found: Findings) -> None:
    if found.errors:
        raise Refused("validation-failed", "The content does not fit the policy", 422, found.errors)


def _listed(items: Iterable[Any], word: str | None, name: str, found: Findings) -> str | None:
    if word is None:
        return None
    code = answers.code_of(items, word)
    if code is None:
        found.wrong(name, pointer(name), "unknown-code")
    return code


def _named(items: Mapping[str, Text], word: str | None, name: str, found: Findings) -> str | None:
    if word is None:
        return None
    said = plain(word)
    for code, label in items.items():
        if said in (plain(code), plain(label.zh), plain(label.en)):
            return code
    found.wrong(name, pointer(name), "unknown-code")
    return None


def _day_or_moment(value: str | None, found: Findings) -> str | None:
    if value is None or is_day_or_moment(value):
        return value
    found.wrong("expected_by", "/expected_by", "moment")
    return None


def _contact(policy: Policy, contact: Contact, found: Findings) -> Contact:
    wrong: dict[str, str] = {}
    if contact.phone is not None:
        normal = normal_phone(contact.phone)
        if normal is None:
            wrong["phone"] = "phone"
        elif policy.quality.phone_digits not in (None, len(normal)):
            wrong["phone"] = "phone-digits"
    if contact.email is not None and normal_email(contact.email) is None:
        wrong["email"] = "email"
    for part, code in wrong.items():
        found.wrong(f"customer.{part}", f"/customer/contact/{part}", code)
    return replace(contact, **dict.fromkeys(wrong))


def _feedback(policy: Policy, feedback: Mapping[str, Any], found: Findings) -> dict[str, Any]:
    kind = _listed(policy.feedback.kinds, feedback.get("kind"), "feedback.kind", found)
    return {**feedback, "kind": kind} if feedback else {}
