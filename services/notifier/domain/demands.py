"""What the notifier knows of a demand: each source fills its own columns, in whatever order they speak."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.policies.clarity import plain
from shared.policies.facts import Facts
from shared.policies.model import Policy


@dataclass(frozen=True)
class DemandRow:
    """None: the source that knows it has not spoken yet.

    From intake: number, policy and its version, language, customer_number, reported (see reported_facts), historic.
    From triage: type_code as decided, lead, joint (several departments), handler_id (a staff id).
    """

    id: str
    number: str | None
    policy: str | None
    policy_version: str | None
    language: str | None
    customer_number: str | None
    reported: Mapping[str, Any] | None
    historic: bool | None
    type_code: str | None
    lead: str | None
    joint: bool | None
    handler_id: str | None

    @property
    def arrived(self) -> bool:
        """Whether intake has spoken: before that nothing can be said in the demand's name."""
        return self.policy is not None


def is_historic(data: Mapping[str, Any]) -> bool:
    """Whether demand.received tells of a demand of the past that was only imported: nobody is told anything of it."""
    return data.get("historic") is not None


def reported_facts(data: Mapping[str, Any], policy: Policy) -> dict[str, Any]:
    """What conditions of this policy's notices look at, from demand.received, as JSON holds it.

    Of the text only those words are kept that the notices ask for.
    """
    customer, feedback = data["customer"], data["feedback"]
    named = {
        **{
            name: data[name] for name in ("description", "subject", "type", "urgency", "mood", "product", "expected_by")
        },
        **{f"feedback.{name}": feedback[name] for name in ("kind", "stars")},
        **{f"customer.{name}": customer[name] for name in ("industry", "value")},
        "customer.company": customer["company_name"],
        **{f"fields.{code}": value for code, value in data["fields"].items()},
    }
    said = plain("\n".join(part for part in (data["subject"], data["description"], feedback["text"]) if part))
    asked = {word for notice in policy.notices for one in notice.when_any for word in one.words}
    return {
        "text": "\n".join(sorted(word for word in asked if word in said)),
        "type": data["type"],
        "urgency": data["urgency"],
        "mood": data["mood"],
        "customer_kind": customer["kind"],
        "customer_value": customer["value"],
        "industry": customer["industry"],
        "product": data["product"],
        "channel_kind": data["channel_kind"],
        "feedback_kind": feedback["kind"],
        "impact": data["impact"],
        "fields": data["fields"],
        "given": sorted(name for name, value in named.items() if value not in (None, "")),
        "known_customer": data["known_customer"],
    }


def facts_of(reported: Mapping[str, Any], decided: Mapping[str, Any] | None) -> Facts:
    """Facts for conditions. decided {type, joint}: what triage had decided by then; None: only as reported."""
    known = dict(reported)
    given = frozenset(known.pop("given"))
    return Facts(**{**known, **(decided or {}), "given": given})
