"""The result of a demand, and its end."""

from collections.abc import Mapping

from services.triage import events
from services.triage.domain import judgement, lifecycle
from services.triage.domain.told.finish import Close, Complete
from services.triage.store import evaluations
from services.triage.usecases.case_file import CaseFile, Step
from services.triage.usecases.customer import close_case
from shared.policies.parts import Status
from shared.refused import Refused


def complete(file: CaseFile, said: Complete, status: Status) -> None:
    """Handling is done; the customer is told the result in three parts and asked whether it satisfies.

    What was evaluated as infeasible is told with its explanation and alternative (policies A, B). Refused 409
    not-accepted: nobody has it in hand (what has no owner cannot be solved); evaluation-reopened.
    """
    if file.case.accepted_at is None:
        raise Refused("not-accepted", "Nobody has accepted the demand yet", about=file.case.id)
    lifecycle.check_evaluated(file.case)
    explanation, alternative = _infeasible(file)
    result = {
        "conclusion": said.conclusion,
        "next_step": said.next_step,
        "notes": said.notes,
        "explanation": explanation,
        "alternative": alternative,
    }
    data = {
        "cycle": file.case.cycle,
        "at": events.moment(file.now),
        "result": result,
        "expectation_met": said.expectation_met,
        "left_over": said.left_over,
    }
    moments = {"completed": file.now}
    file.tell("demand.completed", data, status=status, moments=moments, result=result, satisfaction=None)


def _infeasible(file: CaseFile) -> tuple[str | None, str | None]:
    if "infeasible" not in file.case.moments:
        return None, None
    return judgement.told_reasons(evaluations.standing(file.session, file.case.id), file.case.lead)


def close(file: CaseFile, said: Close, status: Status) -> None:
    """End it by hand. Refused 409 as lifecycle.resolution_of_closing says."""
    wanted, measure = said.resolution, said.measure
    resolution = lifecycle.resolution_of_closing(file.policy, file.case, wanted=wanted, measure=measure)
    close_case(file, status, resolution, measure=measure, reason=said.reason)


ACTIONS: Mapping[str, Step] = {
    "complete": complete,
    "close": close,
}
