"""The first decision about a demand: type, priority, route and deadlines, all from its policy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from services.triage.domain.deadlines import FIRST_RESPONSE, first_deadlines
from services.triage.domain.records import CaseRow, DeadlineRow, Received
from shared.policies import interpret
from shared.policies.interpret import Facts
from shared.policies.model import Policy

_PUBLIC = ("number", "masked_name", "kind", "industry", "tier", "value", "company_name")


@dataclass(frozen=True)
class Decision:
    """A new case at version 1 and its deadlines."""

    case: CaseRow
    deadlines: tuple[DeadlineRow, ...]


def decide(policy: Policy, received: Received, now: datetime) -> Decision:
    """Everything that triage decides when a demand arrives; LookupError for a declared type the policy lacks."""
    facts = Facts(
        text="\n".join(filter(None, (received.subject, received.description))),
        type=received.type,
        urgency=received.urgency,
        mood=received.mood,
        customer_kind=received.customer.get("kind"),
        impact=received.impact,
    )
    classified = interpret.classify(policy, facts)
    prioritised = interpret.prioritise(policy, replace(facts, type=classified.type.code))
    deadlines = first_deadlines(policy, prioritised.level.code, received.demand_id, received.received_at)
    case = CaseRow(
        id=received.demand_id,
        number=received.number,
        version=1,
        policy=policy.code,
        policy_version=policy.version,
        policy_sha256=policy.sha256,
        type_code=classified.type.code,
        category=classified.type.category,
        priority_rank=prioritised.level.rank,
        priority_code=prioritised.level.code,
        lead=classified.type.lead,
        joining=list(classified.type.joining),
        status_category="pending",
        status_resolution=None,
        received_at=received.received_at,
        first_response_by=tightened(received.first_response_by, deadlines),
        accepted_at=None,
        accepted_by=None,
        description=received.description,
        subject=received.subject,
        customer=_public(received.customer),
        reasons={"type": list(classified.reasons), "priority": prioritised.rule},
        created_at=now,
    )
    return Decision(case, deadlines)


def tightened(promised: datetime | None, deadlines: Sequence[DeadlineRow]) -> datetime | None:
    """The receipt's promise, or the first response's deadline where that is earlier; no promise stays none."""
    if promised is None:
        return None
    return min([promised, *(one.due_at for one in deadlines if one.kind == FIRST_RESPONSE)])


def _public(customer: Mapping[str, Any]) -> dict[str, Any]:
    """What intake may add to its event some day must not leave through ours."""
    return {name: customer.get(name) for name in _PUBLIC}
