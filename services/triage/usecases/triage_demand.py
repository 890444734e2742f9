"""Decide what a new demand is, who has it and until when; offer it to the department that leads."""

from datetime import datetime

from sqlalchemy.orm import Session

from services.triage import events
from services.triage.domain.decision import decide
from services.triage.domain.records import Pin, Received
from services.triage.store import cases, deadlines, departments, work
from shared.crashpoint import crashpoint
from shared.messaging.errors import Waiting
from shared.policies.loader import Policies
from shared.policies.model import Policy


def triage_demand(session: Session, received: Received, *, policies: Policies, now: datetime) -> None:
    """Write case, deadlines and work, and tell them; Waiting while the pinned policy has not arrived."""
    policy = _pinned(policies, received.policy)
    decision = decide(policy, received, now)
    case = decision.case
    cases.add(session, case)
    deadlines.add(session, decision.deadlines)
    delivery = departments.delivery(session, case.lead)
    work.offer(session, case.lead, case.id, delivery, now)
    crashpoint("triage.after_decide")
    events.demand_triaged(session, policy, case, decision.deadlines, now)
    if delivery == "queue":
        events.work_offered(session, policy, case, decision.deadlines, now)


def _pinned(policies: Policies, pin: Pin) -> Policy:
    try:
        policy = policies.pinned(pin.code, pin.version)
    except LookupError:
        raise Waiting(f"policy/{pin.code}/{pin.version}") from None
    if policy.sha256 != pin.sha256:  # the same name for other rules: deciding by them would break the promise
        raise Waiting(f"policy/{pin.code}/{pin.version}")
    return policy
