"""What rules look at, taken from a demand as it came in and kept with its case for later decisions."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from services.triage.domain.records import CaseRow, Received
from shared.calendars.days import instant
from shared.calendars.model import Calendar
from shared.policies.facts import Facts

_TEXT_FREE = ("text", "joint", "type")
"""Not kept: the case itself says them."""


def of_received(received: Received) -> Facts:
    """The facts of a demand that just came in; type: as declared."""
    named = {
        "description": received.description,
        "subject": received.subject,
        "type": received.type,
        "urgency": received.urgency,
        "mood": received.mood,
        "product": received.product,
        "expected_by": received.expected_by,
        "wishes": received.wishes,
        "feedback.kind": received.feedback.get("kind"),
        "feedback.stars": received.feedback.get("stars"),
        "customer.company": received.customer.get("company_name"),
        "customer.industry": received.customer.get("industry"),
        "customer.value": received.customer.get("value"),
        **{f"fields.{code}": value for code, value in received.fields.items()},
    }
    return Facts(
        text=_text(received.subject, received.description, received.feedback.get("text")),
        type=received.type,
        urgency=received.urgency,
        mood=received.mood,
        customer_kind=received.customer.get("kind"),
        customer_value=received.customer.get("value"),
        industry=received.customer.get("industry"),
        product=received.product,
        channel_kind=received.channel_kind,
        feedback_kind=received.feedback.get("kind"),
        impact=received.impact,
        fields=received.fields,
        given=frozenset(name for name, value in named.items() if value not in (None, "")),
        known_customer=received.known_customer,
        wishes=received.wishes or "",
        tier=received.customer.get("tier"),
    )


def kept(facts: Facts) -> dict[str, Any]:
    """Facts as they are kept with a case."""
    found = {name: value for name, value in asdict(facts).items() if name not in _TEXT_FREE}
    return {**found, "given": sorted(facts.given)}


def replace_customer(kept: Mapping[str, Any], customer: Mapping[str, Any]) -> dict[str, Any]:
    """Kept facts with another customer {kind, industry, tier, value, company_name}."""
    named = {
        "customer.company": customer["company_name"],
        "customer.industry": customer["industry"],
        "customer.value": customer["value"],
    }
    given = {one for one in kept.get("given", ()) if one not in named} | {one for one in named if named[one]}
    return {
        **kept,
        "customer_kind": customer["kind"],
        "customer_value": customer["value"],
        "industry": customer["industry"],
        "tier": customer["tier"],
        "given": sorted(given),
    }


def of_case(case: CaseRow) -> Facts:
    """The facts of a case as it stands: its type as decided, joint when several departments work on it."""
    known = dict(case.facts)
    given = frozenset(known.pop("given", ()))
    facts = Facts(text=_text(case.subject, case.description), given=given, **known)
    return replace(facts, type=case.type_code, joint=bool(case.joining))


def named_date(text: str, calendar: Calendar) -> datetime:
    """The moment that a named date means: a date alone is over when its day is (24:00 in the calendar's zone). Ours."""
    if len(text) == len("2024-10-15"):
        return instant(calendar, date.fromisoformat(text), timedelta(hours=24))
    return datetime.fromisoformat(text).astimezone(UTC)


def named_dates(fields: Mapping[str, Any], calendar: Calendar, wanted: frozenset[str]) -> dict[str, datetime]:
    """Moment name -> date somebody named, for those that clocks start at: expected_by, `fields.<code>`."""
    found = {}
    for code, value in fields.items():
        name = code if code == "expected_by" else f"fields.{code}"
        if name in wanted and isinstance(value, str):
            found[name] = named_date(value, calendar)
    return found


def _text(*parts: str | None) -> str:
    return "\n".join(part for part in parts if part)
