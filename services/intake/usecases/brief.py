"""Tell, before a talk with a customer, what is known: so that nobody asks twice (policy C)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.intake.domain.communications import CommunicationRow
from services.intake.domain.records import BusinessRow, CustomerRow
from services.intake.domain.rules import Rules
from services.intake.store import business, communications, demands
from shared.clock import format_time
from shared.policies import interpret
from shared.policies.facts import Facts
from shared.policies.model import Policy
from shared.refused import wrong

_TALKS, _DEMANDS = 20, 50
Row = Mapping[str, Any]
Talks = Sequence[tuple[str, CommunicationRow]]


def brief(
    session: Session, customer: CustomerRow, *, policy: str | None, subject: str | None, rules: Rules, now: datetime
) -> dict[str, Any]:
    """Demands, talks, business, reminders and knowledge; three statements, bounded.

    policy None: those of the demands that are shown; subject None: what the demands that are not closed are about.
    Refused 422 unknown-policy.
    """
    rows = demands.lately_of(session, customer.id, limit=_DEMANDS)
    talks = communications.of_customer(session, customer.id, limit=_TALKS)
    policies = _policies(rows, policy, rules, now)
    return {
        "demands": [_demand(row, rules) for row in rows],
        "communications": [talk.shown(number) for number, talk in talks],
        "business": _business(rows, talks) + _of_systems(business.of_family(session, customer.id)),
        "reminders": [{"policy": one.code, "zh": text.zh, "en": text.en} for one in policies for text in one.briefing],
        "knowledge": [known for one in policies for known in _knowledge(one, customer, subject, rows)],
    }


def latest_talks(session: Session, customer_id: str) -> list[dict[str, Any]]:
    """The last 20 talks about any of a customer's demands, redacted, the latest first."""
    return [talk.shown(number) for number, talk in communications.of_customer(session, customer_id, limit=_TALKS)]


def _policies(rows: Sequence[Row], policy: str | None, rules: Rules, now: datetime) -> list[Policy]:
    """Versions that count now: what somebody reads before a talk is of today."""
    try:
        return [
            rules.effective(code, now) for code in ([policy] if policy else sorted({row["policy"] for row in rows}))
        ]
    except LookupError:
        raise wrong("/policy", "unknown-policy", "There is no such policy") from None


def _demand(row: Row, rules: Rules) -> dict[str, Any]:
    policy = rules.pinned(row["policy"], row["policy_version"])
    kept = ("number", "policy", "status", "resolution", "cycle", "department", "description", "result")
    return {
        **{name: row[name] for name in kept},
        "received_at": format_time(row["received_at"]),
        "status_label": policy.status(row["status_code"]).label.zh,
        "subject": row["details"].get("subject"),
    }


def _business(rows: Sequence[Row], talks: Talks) -> list[dict[str, str | None]]:
    """Each order and product once, where it was spoken of last."""
    latest: dict[tuple[str, str], tuple[datetime, str]] = {}
    for kind, name, at, number in _spoken_of(rows, talks):
        latest[kind, name] = max(latest.get((kind, name), (at, number)), (at, number))
    found = sorted(latest.items(), key=lambda one: one[1], reverse=True)
    return [
        {"kind": kind, "name": name, "number": number, "at": format_time(at), "system": None}
        for (kind, name), (at, number) in found
    ]


def _of_systems(rows: Sequence[BusinessRow]) -> list[dict[str, str | None]]:
    """What systems such as the CRM tell, beside what was spoken of (policy C: these facts come from the CRM)."""
    return [
        {
            "kind": one.kind,
            "name": one.name,
            "number": None,
            "at": format_time(one.at) if one.at else None,
            "system": one.system,
        }
        for one in rows
    ]


def _spoken_of(rows: Sequence[Row], talks: Talks) -> Iterator[tuple[str, str, datetime, str]]:
    sources = [(row["details"], row["received_at"], row["number"]) for row in rows]
    sources += [(talk.details, talk.occurred_at, number) for number, talk in talks]
    for said, at, number in sources:
        for kind, field in (("order", "order_number"), ("product", "product")):
            if said.get(field):
                yield kind, said[field], at, number


def _knowledge(policy: Policy, customer: CustomerRow, subject: str | None, rows: Sequence[Row]) -> list[dict[str, Any]]:
    texts = [subject] if subject else [_about(row) for row in rows if _is_open(row, policy)]
    facts = Facts(text="\n".join(texts), customer_kind=customer.kind, industry=customer.industry, known_customer=True)
    return [
        {
            "policy": policy.code,
            "code": one.code,
            "title": {"zh": one.title.zh, "en": one.title.en},
            "reference": one.reference,
        }
        for one in interpret.knowledge(policy, facts)
    ]


def _about(row: Row) -> str:
    return "\n".join(filter(None, (row["details"].get("subject"), row["description"])))


def _is_open(row: Row, policy: Policy) -> bool:
    return bool(row["status"] != "closed" and row["policy"] == policy.code)
