"""A demand of the past: its row says how it stands, so nothing is decided and no clock runs."""

from dataclasses import replace
from datetime import datetime

from services.triage.domain import facts as knowledge
from services.triage.domain.decision import new_case
from services.triage.domain.records import CaseRow, Received
from shared.policies import interpret
from shared.policies.interpret import Classified, Prioritised, Routed
from shared.policies.model import Policy

REASON = "historic"
IMPORT = "import"
"""Who took on what was in somebody's hands by its row."""


def taken_over(policy: Policy, received: Received, now: datetime) -> CaseRow:
    """The case as its row says: type, priority, status, owner, result, satisfaction; LookupError for a code unknown.

    What the row leaves blank stays blank, but a priority: the policy's default stands for it here, and is told to
    nobody. Who leads follows from the type, so that somebody finds it; no other department joins. The row's limit is
    kept and never recomputed (policy C); without moments no clock of the past can begin.
    """
    said = received.historic or {}
    facts = knowledge.of_received(received)
    kind = policy.type(received.type) if received.type else None
    routed = Routed(interpret.route(policy, facts).lead, (), REASON)
    level = policy.level(said["priority"] or policy.priority.default)
    case = new_case(
        policy, received, facts, Classified(kind, (REASON,)), routed, Prioritised(level, (REASON,)), now
    )  # fmt: skip
    status = policy.status(said["status"])
    begun = status.category != "pending"
    return replace(
        case,
        status_code=status.code,
        status_category=status.category,
        handler_name=said["owner"],
        accepted_at=now if begun else None,
        accepted_by=IMPORT if begun else None,
        result={"conclusion": said["result"], "next_step": None, "notes": None} if said["result"] else None,
        satisfaction=said["satisfaction"],
    )
