"""Where a demand belongs: its type, its priority, its handler, its department."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from services.triage import events
from services.triage.domain.facts import of_case
from services.triage.domain.told.sort import Assign, Classify, ConfirmPriority, Transfer
from services.triage.store import departments, work, workload
from services.triage.usecases import answer, choose, prioritise
from services.triage.usecases.case_file import CaseFile, Step
from shared.policies import interpret
from shared.policies.parts import Status
from shared.refused import Refused, wrong


def classify(file: CaseFile, said: Classify, status: Status) -> None:
    """Set the type; where that is another department's and nobody has accepted yet, the demand goes there.

    Refused 422 unknown-code for a type the policy lacks.
    """
    case = file.case
    try:
        decided = file.policy.type(said.type)
    except LookupError:
        raise wrong("/type", "unknown-code", "The policy does not know this type") from None
    facts = replace(of_case(case), type=decided.code)
    routed = interpret.route(file.policy, facts)
    lead = routed.lead if case.accepted_at is None else case.lead
    joining = list(routed.joining) if case.accepted_at is None else list(case.joining)
    answer.move(file, lead, reason="classified")
    for department in joining:
        if department not in case.joining:
            answer.offer(file, department, "joining")
    type_of = {"code": decided.code, "label": decided.label.zh, "category": decided.category}
    reasons = {**case.reasons, "type": [f"by:{file.by}"], "route": routed.reason}
    route = {"lead": lead, "joining": joining}
    changes: dict[str, Any] = {"type_code": decided.code, "category": decided.category, **route}
    data = {"type": type_of, "route": route, "reason": said.reason}
    file.tell("demand.classified", data, status=status, reasons=reasons, **changes)
    file.retime()
    prioritise.propose_anew(file)


def confirm_priority(file: CaseFile, said: ConfirmPriority, status: Status) -> None:
    """Confirm the level or set another, and name the handler in the same step. Refused as prioritise.confirmed says."""
    handler = prioritise.confirmed(file, said, status)
    if handler is not None:
        assign(file, Assign(handler=handler), status)


def assign(file: CaseFile, said: Assign, status: Status) -> None:
    """Name who handles it; a department that was only offered the demand accepts it by that.

    The policies' plan clock counts from here (A: within 1 working day of the handler receiving it). It also answers
    to resources that were lacking (B: the lead reallocates). For somebody away the deputy handles it.
    Refused 422 unknown-handler, unknown-department; 409 handler-away, nobody-to-assign.
    """
    chosen = choose.handler(file, said)
    case = file.case
    if work.state(file.session, case.lead, case.id) == "offered" and status.category == "in_progress":
        answer.take_on(file, status)
    joining = list(case.joining if said.joining is None else said.joining)
    _join(file, joining)
    data = {
        "handler": {"staff_id": chosen.staff_id, "masked_name": events.masked(chosen.name)},
        "department": case.lead,
        "joining": joining,
        "instead_of": chosen.instead_of,
    }
    file.forget("resources_lacking")
    if chosen.staff_id is not None:
        workload.note_assigned(file.session, chosen.staff_id, file.now)
    changes: dict[str, Any] = {"handler_id": chosen.staff_id, "handler_name": chosen.name, "joining": joining}
    file.tell("demand.assigned", data, status=status, moments={"handler_assigned": file.now}, **changes)


def transfer(file: CaseFile, said: Transfer, status: Status) -> None:
    """Another department leads; clocks run on. Refused 422 unknown-department, 409 same-department."""
    case = file.case
    if not departments.exists(file.session, said.department):
        raise wrong("/department", "unknown-department", "There is no such department")
    if said.department == case.lead:
        raise Refused("same-department", "This department leads it already", about=case.id)
    joining = [code for code in case.joining if code != said.department]
    answer.move(file, said.department, reason=said.reason)
    data = {"route": {"lead": said.department, "joining": joining}, "before": case.lead, "reason": said.reason}
    changes: dict[str, Any] = {
        "lead": said.department,
        "joining": joining,
        "accepted_at": None,
        "accepted_by": None,
        "handler_id": None,
        "handler_name": None,
    }
    file.tell("demand.transferred", data, status=status, **changes)


def _join(file: CaseFile, joining: list[str]) -> None:
    for department in joining:
        if not departments.exists(file.session, department):
            raise wrong("/joining", "unknown-department", "There is no such department")
        if department == file.case.lead:
            raise wrong("/joining", "leads-already", "This department leads it")
        if department not in file.case.joining:
            answer.offer(file, department, "joining")
    for department in file.case.joining:
        if department not in joining:
            answer.withdraw(file, department, "no longer joins")


ACTIONS: Mapping[str, Step] = {
    "classify": classify,
    "confirm-priority": confirm_priority,
    "assign": assign,
    "transfer": transfer,
}
