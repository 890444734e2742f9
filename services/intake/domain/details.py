"""What intake keeps of a report in the clear: redacted, and enough to judge it again when more comes in."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from services.intake.domain.report import Report, ReportedCustomer
from shared.policies.model import Policy

_PLAIN = (
    "subject", "type", "urgency", "expected_by", "occurred_at", "order_number", "product", "mood", "wishes", "budget",
    "related_number", "language",
)  # fmt: skip
_LONGEST_ORDER = 80
_MAPPINGS = ("impact", "feedback", "referral", "fields")
_TOLD_APART = frozenset({"description", "language", "referral", "fields", "given", "unreadable", "historic"})


def without_sensitive(policy: Policy, report: Report) -> Report:
    """The report without the answers that stay in the sealed original, for authorised people only."""
    sensitive = {one.code for one in policy.fields if one.sensitive}
    return replace(report, fields={code: one for code, one in report.fields.items() if code not in sensitive})


def kept(clean: Report, *, given: Collection[str], unreadable: Collection[str]) -> dict[str, Any]:
    """A redacted report as it is stored. given, unreadable: names of what came and what came and could not be read."""
    found: dict[str, Any] = {name: getattr(clean, name) for name in _PLAIN}
    found |= {name: _filled(getattr(clean, name)) for name in _MAPPINGS}
    found["occurred_at"] = clean.occurred_at.isoformat().replace("+00:00", "Z") if clean.occurred_at else None
    found["preferred_channel"] = clean.customer.preferred_channel
    found["historic"] = clean.historic.shown() if clean.historic else None
    found["given"], found["unreadable"] = sorted(given), sorted(unreadable)
    return {name: value for name, value in found.items() if value not in (None, {}, [], "")}


def values(details: Mapping[str, Any]) -> dict[str, Any]:
    """What a supplement brings besides description and fields, by the names of a demand's body."""
    return {name: value for name, value in details.items() if name not in _TOLD_APART}


def order_number(report: Report) -> str | None:
    """The number of a redacted report that its demand is found by; None when something in it was taken out."""
    number = report.order_number
    return number if number and len(number) <= _LONGEST_ORDER and "[" not in number else None


def reported(description: str, details: Mapping[str, Any]) -> Report:
    """The report that was stored, without the customer; what kept() left out is absent."""
    known = {name: details[name] for name in (*_PLAIN, *_MAPPINGS) if name in details}
    if "occurred_at" in known:
        known["occurred_at"] = datetime.fromisoformat(known["occurred_at"])
    customer = ReportedCustomer(preferred_channel=details.get("preferred_channel"))
    return Report(description=description, customer=customer, **known)


def merged(before: Report, more: Report) -> Report:
    """A report with what came later: texts of the description one below the other, else the newer value counts."""
    newer: dict[str, Any] = {name: getattr(more, name) or getattr(before, name) for name in _PLAIN}
    newer |= {name: {**getattr(before, name), **_filled(getattr(more, name))} for name in _MAPPINGS}
    newer["language"] = before.language
    newer["description"] = "\n".join(text for text in (before.description, more.description) if text)
    preferred = more.customer.preferred_channel or before.customer.preferred_channel
    return replace(before, **newer, customer=replace(before.customer, preferred_channel=preferred))


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
