"""What the departments think of a demand, and how it will be solved."""

from collections.abc import Mapping
from typing import Any

from services.triage import events
from services.triage.domain import judgement, lifecycle
from services.triage.domain.records import EvaluationRow
from services.triage.domain.told.evaluate import Evaluate, Plan
from services.triage.store import evaluations, promises
from services.triage.usecases import answer, change
from services.triage.usecases.case_file import CaseFile, Step
from shared.policies.parts import Status
from shared.refused import Refused, wrong


def evaluate(file: CaseFile, said: Evaluate, status: Status) -> None:
    """What a department concerned thinks of it; a finding may lead it elsewhere (policy A: a defect to 技术部).

    Each department's latest counts, all stay. Refused 422 unknown-finding, unknown-department, and as judgement.check
    says.
    """
    department = _department(file, said)
    others = [one for one in evaluations.standing(file.session, file.case.id) if one.department != department]
    judgement.check(file.policy.evaluation, said, leads=department == file.case.lead, others=others)
    lead = None if said.finding is None else file.policy.reroute_on.get(said.finding)
    if said.finding is not None and lead is None:
        raise wrong("/finding", "unknown-finding", "The policy leads nothing elsewhere on this finding")
    row = _row(file, said, department)
    evaluations.add(file.session, row)
    _tell(file, row, others, status)
    if said.resources and said.resources.get("lacking"):
        data = {"department": department, "lacking": said.resources["lacking"], "at": events.moment(file.now)}
        file.tell("resources.lacking", data, status=status, moments={"resources_lacking": file.now})
    if lead is not None and lead != file.case.lead:
        _reroute(file, lead, str(said.finding))


def plan(file: CaseFile, said: Plan, status: Status) -> None:
    """How it will be solved and by when.

    Refused 422 date-passed; 409 evaluation-reopened, promise-broken, and as change.check_plan says.

    A finish after a date that was already planned, or promised to the customer, is a delay, and told as one.
    """
    lifecycle.check_evaluated(file.case)
    file.ahead(said.expected_finish)
    change.check_plan(file, status)
    dates = [file.moment("expected_finish"), promises.standing_date(file.session, file.case.id)]
    if any(date is not None and said.expected_finish > date for date in dates):
        raise Refused("promise-broken", "A finish later than planned or promised: use `delay`", about=file.case.id)
    data = {
        "text": said.text,
        "solution": said.solution,
        "process": said.process,
        "quotation": None if said.quotation is None else dict(said.quotation),
        "workaround": said.workaround,
        "later_iteration": said.later_iteration,
        "expected_finish": events.moment(said.expected_finish),
        "change": None,
        "at": events.moment(file.now),
    }
    moments = {"planned": file.now, "expected_finish": said.expected_finish}
    file.tell("demand.planned", data, status=status, moments=moments)


def _department(file: CaseFile, said: Evaluate) -> str:
    """Whose evaluation it is: the department that acts; for all, the lead's unless said."""
    department = said.department or file.department or file.case.lead
    if department not in (file.case.lead, *file.case.joining) or file.department not in (None, department):
        raise wrong("/department", "unknown-department", "This department has no part in the demand")
    return department


def _row(file: CaseFile, said: Evaluate, department: str) -> EvaluationRow:
    counts = {name: said.feasibility.get(name) for name in judgement.COUNTS} if said.feasibility else None
    return EvaluationRow(
        demand_id=file.case.id,
        version=file.case.version + 1,
        department=department,
        at=file.now,
        by=file.by,
        verdict=said.verdict,
        text=said.text,
        explanation=said.explanation,
        alternative=said.alternative,
        feasibility=counts,
        resources=said.resources,
    )


def _tell(file: CaseFile, row: EvaluationRow, others: list[EvaluationRow], status: Status) -> None:
    """The verdict of all decides how the demand may end; what is lacking is over when nobody says so any more."""
    standing = [*others, row]
    overall = judgement.overall(standing, file.case.lead)
    moments = {"evaluated": file.now}
    if overall == "infeasible":
        moments["infeasible"] = file.now
    file.forget("infeasible", *([] if judgement.lacking(standing) else ["resources_lacking"]))
    kept = ("department", "verdict", "text", "explanation", "alternative", "feasibility", "resources")
    data = {name: getattr(row, name) for name in kept} | {"overall": overall, "at": events.moment(file.now)}
    file.tell("demand.evaluated", data, status=status, moments=moments)


def _reroute(file: CaseFile, lead: str, finding: str) -> None:
    case = file.case
    answer.move(file, lead, reason=finding)
    data = {"route": {"lead": lead, "joining": [case.lead]}, "before": case.lead, "reason": finding}
    changes: dict[str, Any] = {"lead": lead, "joining": [case.lead], "accepted_at": None, "accepted_by": None}
    status = file.policy.statuses[0]
    file.tell("demand.transferred", data, status=status, handler_id=None, handler_name=None, **changes)


ACTIONS: Mapping[str, Step] = {
    "evaluate": evaluate,
    "plan": plan,
}
