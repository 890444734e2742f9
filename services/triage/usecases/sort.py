"""Where a demand belongs: its type, its priority, its handler, its department."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from services.triage import events
from services.triage.domain.facts import of_case
from services.triage.domain.told.sort import Assign, Classify, ConfirmPriority, Transfer
from services.triage.store import departments, staff, work
from services.triage.usecases import answer
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


def confirm_priority(file: CaseFile, said: ConfirmPriority, status: Status) -> None:
    """Confirm the level or set another; deadlines that hang on it are counted anew from where they began.

    Policy A: who confirms names the handler in the same step. Refused 422: unknown-code; reason-missing when it is
    not the proposed one; handler-missing where the policy wants one named.
    """
    case, rules = file.case, file.policy.priority
    try:
        level = file.policy.level(said.priority or case.priority_code)
    except LookupError:
        raise wrong("/priority", "unknown-code", "The policy does not know this priority") from None
    proposed = str(case.reasons.get("proposed", case.priority_code))
    if level.code != proposed and not said.reason:
        raise wrong("/reason", "reason-missing", "Another priority than the proposed one needs a reason")
    if rules.names_handler and said.handler is None and case.handler_name is None:
        raise wrong("/handler", "handler-missing", "Who confirms the priority names the handler in the same step")
    reasons = {**case.reasons, "priority": [f"by:{file.by}"]}
    data = {
        "priority": {"rank": level.rank, "code": level.code, "label": level.label.zh},
        "proposed": proposed,
        "reason": said.reason,
    }
    changes: dict[str, Any] = {"priority_rank": level.rank, "priority_code": level.code, "reasons": reasons}
    file.tell("demand.prioritised", data, status=status, **changes)
    file.retime()
    if said.handler is not None:
        assign(file, Assign(handler=said.handler), status)


def assign(file: CaseFile, said: Assign, status: Status) -> None:
    """Name who handles it; a department that was only offered the demand accepts it by that.

    The policies' plan clock counts from here (A: within 1 working day of the handler receiving it). It also answers
    to resources that were lacking (B: the lead reallocates).
    Refused 422 unknown-handler, unknown-department.
    """
    handler_id, name = _handler(file, said)
    case = file.case
    if work.state(file.session, case.lead, case.id) == "offered" and status.category == "in_progress":
        answer.take_on(file, status)
    joining = list(case.joining if said.joining is None else said.joining)
    _join(file, joining)
    data = {
        "handler": {"staff_id": handler_id, "masked_name": events.masked(name)},
        "department": case.lead,
        "joining": joining,
    }
    changes: dict[str, Any] = {"handler_id": handler_id, "handler_name": name, "joining": joining}
    file.forget("resources_lacking")
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


def _handler(file: CaseFile, said: Assign) -> tuple[str | None, str]:
    if said.handler is not None:
        person = staff.active(file.session, said.handler)
        if person is None:
            raise wrong("/handler", "unknown-handler", "Nobody of that log-in name works here")
        return person.id, person.name
    if said.handler_name is not None:
        return None, said.handler_name
    raise wrong("/handler", "handler-missing", "Somebody must be named")


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
