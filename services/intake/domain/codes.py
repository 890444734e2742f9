"""Words of a channel turned into codes of the policy: codes, labels and aliases all count."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from services.intake.domain.report import Report
from shared.policies.model import Policy, Text
from shared.refused import Refused

Row = dict[str, str]


def resolve(policy: Policy, report: Report) -> Report:
    """The report in the policy's codes; Refused 422 `unknown-code` with a pointer per word the policy has not."""
    errors: list[Row] = []
    resolved = replace(
        report,
        type=_listed(policy.types, report.type, "/type", errors),
        urgency=_listed(policy.urgencies, report.urgency, "/urgency", errors),
        mood=_named(policy.moods, report.mood, "/mood", errors),
        customer=replace(
            report.customer, value=_named(policy.values, report.customer.value, "/customer/value", errors)
        ),
    )
    errors += _unknown_fields(policy, report)
    if errors:
        raise Refused("validation-failed", "The content does not fit the policy", 422, errors)
    return resolved


def _listed(items: Iterable[Any], word: str | None, pointer: str, errors: list[Row]) -> str | None:
    if word is None:
        return None
    for item in items:
        if word in (item.code, item.label.zh, item.label.en, *item.aliases):
            return str(item.code)
    errors.append(_row(pointer))
    return None


def _named(items: Mapping[str, Text], word: str | None, pointer: str, errors: list[Row]) -> str | None:
    if word is None:
        return None
    for code, label in items.items():
        if word in (code, label.zh, label.en):
            return code
    errors.append(_row(pointer))
    return None


def _unknown_fields(policy: Policy, report: Report) -> list[Row]:
    known = {name for one in policy.fields for name in (one.code, one.label.zh, one.label.en, *one.aliases)}
    # The position, not the name: what a stranger calls a field may itself be personal data.
    return [_row("/fields", "unknown-field") for name in report.fields if name not in known][:1]


def _row(pointer: str, code: str = "unknown-code") -> Row:
    return {"pointer": pointer, "code": code, "message": "The policy does not know this"}
