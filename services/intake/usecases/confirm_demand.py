"""Take a customer's answer to the result of a cycle: satisfied ends it, not satisfied begins what the policy says."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy.orm import Session

from services.intake import events
from services.intake.domain import satisfaction, tracking
from services.intake.domain import vault as boxes
from services.intake.domain.records import DemandRow
from services.intake.domain.rules import Rules
from services.intake.domain.satisfaction import Answer, Confirmation
from services.intake.domain.vault import Vault
from services.intake.store import answers, customers, demands
from services.intake.usecases.keep_customer import opened
from shared.ids import new_id
from shared.policies.model import Policy
from shared.privacy import finder
from shared.refused import Refused


def confirm(
    session: Session,
    demand: DemandRow,
    answer: Answer,
    *,
    by: str,
    speaker: str,
    installed: Rules,
    vault: Vault,
    now: datetime,
) -> Confirmation:
    """Keep the answer and tell it; the caller holds the demand's lock. by: the caller's scope.

    speaker: the id of the customer who answers. One result has one answer, that of the demand's own customer.
    Refused 409 not-your-result for another one, whose demand was merged into it; not-completed, demand-closed,
    demand-locked, other-cycle, result-changed, already-answered; 422 for an answer or a signature that the policy's
    scale does not take.
    """
    if speaker != demand.customer_id:
        raise Refused("not-your-result", "The demand went to another customer's, who answers for it")
    policy = installed.pinned(demand.policy, demand.policy_version)
    rules, late = policy.feedback, demand.status == "closed"
    if not late and demand.status != "completed":
        raise Refused("not-completed", "The demand is not completed, there is nothing to answer yet")
    if answer.cycle not in (None, demand.cycle):
        raise Refused("other-cycle", "The demand is in another cycle by now")
    if answer.result_sha256 not in (None, demand.result_sha256):
        raise Refused("result-changed", "The result has been put otherwise since: read it again")
    level = satisfaction.level(rules, answer)
    if late:
        _check_grace(policy, demand, satisfied=level.satisfied)
    satisfaction.check_signature(rules, level, answer)
    if answers.is_answered(session, demand.id, demand.cycle, late=late):
        raise Refused("already-answered", "This result has been answered already")
    customer = opened(customers.by_id(session, demand.customer_id), vault)
    redact = finder.redactor(customer.contact.values())
    confirmation_id = new_id()
    row = Confirmation(
        id=confirmation_id,
        demand_id=demand.id,
        cycle=demand.cycle,
        satisfaction=level.code,
        satisfied=level.satisfied,
        opinion=redact(answer.opinion) if answer.opinion else None,
        signed=answer.signature.method if answer.signature else None,
        original=boxes.seal(customer.key, asdict(answer), f"confirmation/{confirmation_id}"),
        at=now,
        by=by,
        result_sha256=demand.result_sha256,
        late=late,
    )
    answers.add_confirmation(session, row)
    events.demand_answered(session, demand, row)
    demands.change(session, demand.id, version=demand.version + 1)
    return row


def _check_grace(policy: Policy, demand: DemandRow, *, satisfied: bool) -> None:
    """After the closing a customer may still object to what was done, until the demand is locked."""
    if demand.locked_at is not None:
        raise Refused(
            "demand-locked", "The time to object has passed since the closing: report a new demand, citing it"
        )
    if satisfied or not tracking.may_dispute(policy, demand.status_code, demand.resolution, demand.locked_at):
        raise Refused("demand-closed", "The demand is closed: only an objection to its result opens it again")
