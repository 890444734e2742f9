"""Decide what a new demand is, who has it and until when; offer it to the departments that work on it."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from services.triage import events
from services.triage.domain.decision import Decision, decide
from services.triage.domain.historic import taken_over
from services.triage.domain.records import Part, Pin, PromiseRow, Received
from services.triage.store import cases, deadlines, departments, promises, work
from services.triage.usecases import find_duplicates, relate
from services.triage.usecases.case_file import Books
from shared.crashpoint import crashpoint
from shared.messaging.errors import Waiting
from shared.policies.model import Policy


def triage_demand(session: Session, received: Received, *, books: Books, now: datetime) -> None:
    """Write case, deadlines and work, and tell them; Waiting while the pinned policy has not arrived."""
    policy = _pinned(books, received.policy)
    if received.historic is not None:
        _take_over(session, received, policy, now)
    else:
        _decide(session, received, policy, books=books, now=now)
    relate.link_received(session, received, books=books, now=now)


def _decide(session: Session, received: Received, policy: Policy, *, books: Books, now: datetime) -> None:
    model = books.models.get(policy.code)
    decision = _suspected(session, decide(policy, books.calendars.effective(policy.calendar), received, now, model))
    case = decision.case
    cases.add(session, case)
    deadlines.write(session, (), decision.deadlines)
    _enter_receipt(session, received)
    parts: list[tuple[str, Part]] = [(case.lead, "lead"), *((code, "joining") for code in case.joining)]
    delivery = departments.deliveries(session, [code for code, _ in parts])
    work.offer_all(session, case.id, [(code, part, delivery[code]) for code, part in parts], now)
    crashpoint("triage.after_decide")
    events.demand_triaged(session, policy, case, decision.deadlines, now)
    for code, part in parts:
        if delivery[code] == "queue":
            _offer(session, policy, decision, code, part, now)


def _suspected(session: Session, decision: Decision) -> Decision:
    """With why it is very likely a demand that is here already; a suggestion, nothing is merged by it."""
    reasons = find_duplicates.suspicion(session, decision.case)
    if not reasons:
        return decision
    case = replace(decision.case, reasons={**decision.case.reasons, "possible_duplicate": reasons})
    return replace(decision, case=case)


def _take_over(session: Session, received: Received, policy: Policy, now: datetime) -> None:
    """A demand of the past is found on its department's workbench; nobody's queue gets it, and no clock runs."""
    case = taken_over(policy, received, now)
    cases.add(session, case)
    work.offer(session, case.lead, case.id, delivery="workbench", part="lead", now=now)
    if case.accepted_at is not None:
        work.answer(session, case.lead, case.id, "accepted", now)
    events.demand_triaged(session, policy, case, (), now)


def _offer(session: Session, policy: Policy, decision: Decision, department: str, part: Part, now: datetime) -> None:
    events.work_offered(session, policy, decision.case, decision.deadlines, department=department, part=part, now=now)


def _enter_receipt(session: Session, received: Received) -> None:
    """The receipt's promise is the ledger's first entry."""
    if received.first_response_by is None:
        return
    row = PromiseRow(
        demand_id=received.demand_id,
        number=0,
        kind="receipt",
        text="",
        channel=received.channel_kind,
        reason=None,
        told_at=received.received_at,
        told_by="intake",
        promised_for=received.first_response_by,
    )
    promises.add(session, row)


def _pinned(books: Books, pin: Pin) -> Policy:
    try:
        policy: Policy = books.policies.pinned(pin.code, pin.version)
    except LookupError:
        raise Waiting(f"policy/{pin.code}/{pin.version}") from None
    if policy.sha256 != pin.sha256:  # the same name for other rules: deciding by them would break the promise
        raise Waiting(f"policy/{pin.code}/{pin.version}")
    return policy
