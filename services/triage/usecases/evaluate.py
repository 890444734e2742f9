"""What the departments think of a demand, and how it will be solved."""

from collections.abc import Mapping
from typing import Any

from services.triage import events
from services.triage.domain.told.evaluate import Evaluate, Plan
from services.triage.usecases import answer, change
from services.triage.usecases.case_file import CaseFile, Step
from shared.policies.parts import Status
from shared.refused import Refused, wrong


def evaluate(file: CaseFile, said: Evaluate, status: Status) -> None:
    """What the departments concerned think of it; a finding may lead it elsewhere (policy A: a defect to 技术部).

    Refused 422 unknown-finding; alternative-missing: what cannot be done needs an explanation and an alternative (B).
    """
    if said.verdict == "infeasible" and said.alternative is None:
        raise wrong("/alternative", "alternative-missing", "What cannot be done needs an alternative for the customer")
    lead = None if said.finding is None else file.policy.reroute_on.get(said.finding)
    if said.finding is not None and lead is None:
        raise wrong("/finding", "unknown-finding", "The policy leads nothing elsewhere on this finding")
    moments = {"evaluated": file.now}
    if said.verdict == "infeasible":
        moments["infeasible"] = file.now
    data = {
        "verdict": said.verdict,
        "text": said.text,
        "alternative": said.alternative,
        "at": events.moment(file.now),
    }
    file.tell("demand.evaluated", data, status=status, moments=moments)
    if lead is not None and lead != file.case.lead:
        _reroute(file, lead, str(said.finding))


def plan(file: CaseFile, said: Plan, status: Status) -> None:
    """How it will be solved and by when. Refused 422 date-passed; 409 promise-broken, and as change.check_plan says.

    A finish after a date that was already planned is a delay, and told as one.
    """
    file.ahead(said.expected_finish)
    change.check_plan(file, status)
    before = file.moment("expected_finish")
    if before is not None and said.expected_finish > before:
        raise Refused("promise-broken", "A later finish than planned is a delay: use `delay`", about=file.case.id)
    data = {
        "text": said.text,
        "workaround": said.workaround,
        "expected_finish": events.moment(said.expected_finish),
        "change": None,
        "at": events.moment(file.now),
    }
    moments = {"planned": file.now, "expected_finish": said.expected_finish}
    file.tell("demand.planned", data, status=status, moments=moments)


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
