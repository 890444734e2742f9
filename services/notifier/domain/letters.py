"""Letters: a policy's words with the facts of one demand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from services.notifier.domain.causes import clock_of
from services.notifier.domain.notices import CUSTOMER, Planned
from shared.policies.model import Policy
from shared.policies.parts import Text

_NOTHING = "-"
_VERDICTS = {"approved": Text("已批准，按新方案执行", "approved"), "refused": Text("未获批准，按原方案执行", "refused")}
_SEPARATOR = {"zh": "；", "en": "; "}


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a letter."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Letter:
    """Subject and text, ready to send, and what goes with them."""

    subject: str
    text: str
    attachments: tuple[Attachment, ...] = ()


def write(policy: Policy, planned: Planned, name: str | None) -> Letter:
    """The policy's words with this demand's facts; the name only ever goes into the text, on one line.

    Customers are written to in their language, staff in Chinese.
    """
    notice = policy.notices[planned.wording]
    language = planned.language if planned.audience == CUSTOMER else "zh"
    facts = {**_facts(policy, planned.facts, language), "number": planned.number}
    subject = notice.subject.in_language(language).format_map({**facts, "name": ""})
    text = notice.body.in_language(language).format_map({**facts, "name": on_one_line(name)})
    return Letter(on_one_line(subject), text)


def _facts(policy: Policy, told: Mapping[str, Any], language: str) -> dict[str, str]:
    """Every placeholder but number and name; what the cause did not tell is a dash."""
    clock = clock_of(policy, told.get("clock"))
    found = {
        "due": _local(told.get("due"), policy.time_zone),
        "before": _local(told.get("before"), policy.time_zone),
        "reason": _reason(policy, told, language),
        "missing": _missing(policy, told, language),
        "result": _result(told, language),
        "clock": clock.label.in_language(language) if clock else "",
    }
    return {name: text or _NOTHING for name, text in found.items()}


def _result(told: Mapping[str, Any], language: str) -> str:
    """What came out: of a change that it was approved or refused, else the parts of a result."""
    verdict = _VERDICTS.get(told.get("verdict", ""))
    if verdict is not None:
        return verdict.in_language(language)
    return "\n".join(part for part in told.get("result", ()) if part)


def _reason(policy: Policy, told: Mapping[str, Any], language: str) -> str:
    choices = policy.delay.reasons if policy.delay else ()
    for one in choices:
        if one.code == told.get("delay_reason"):
            return one.label.in_language(language)
    return str(told.get("reason") or "")


def _missing(policy: Policy, told: Mapping[str, Any], language: str) -> str:
    """What the customer is asked for, in the policy's words, and what somebody added in their own."""
    asks = {one.name: one.ask for one in policy.quality.required}
    labels = {f"fields.{one.code}": one.label for one in policy.fields}
    known = {**labels, **asks}
    names = dict.fromkeys([*told.get("missing", ()), *told.get("vague", ())])
    parts = [known[name].in_language(language) if name in known else name for name in names]
    return _SEPARATOR[language].join([*parts, *filter(None, [told.get("asked")])])


def _local(moment: str | None, time_zone: str) -> str:
    if moment is None:
        return ""
    return datetime.fromisoformat(moment).astimezone(ZoneInfo(time_zone)).strftime("%Y-%m-%d %H:%M")


def on_one_line(text: str | None) -> str:
    """As a header or a greeting may hold it."""
    return " ".join((text or "").split())
