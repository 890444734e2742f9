"""The result of a demand, and its end."""

from collections.abc import Mapping

from services.triage import events
from services.triage.domain import judgement, lifecycle, result
from services.triage.domain.told.finish import Close, Complete, HandOver
from services.triage.store import changes, evaluations
from services.triage.usecases.case_file import CaseFile, Step
from services.triage.usecases.customer import close_case
from shared.policies.parts import Status
from shared.refused import Refused, wrong


def hand_over(file: CaseFile, said: HandOver, status: Status) -> None:
    """The executing department hands result, deliverables and report to whoever tells the customer (policy B).

    Refused 409 not-accepted, evaluation-reopened, change-open, no-hand-over; 422 as result.of says.
    """
    _in_hand(file)
    if not file.policy.feedback.handed_over:
        raise Refused("no-hand-over", "Under this policy whoever completes a demand tells it", about=file.case.id)
    if said.conclusion is None:
        raise wrong("/conclusion", "required", "Say what came out")
    found = result.of(file.case, said, _infeasible(file))
    more = {"deliverables": list(said.deliverables), "report": said.report, "at": events.moment(file.now)}
    data = {"cycle": file.case.cycle, **events.result_of(found), **more}
    kept = {**found, **more, "status": status.code, "by": file.by}
    file.tell("demand.handed_over", data, status=status, moments={"handed_over": file.now}, handed_over=kept)


def complete(file: CaseFile, said: Complete, status: Status) -> None:
    """Handling is done; the customer is told the result in three parts and asked whether it satisfies.

    What was handed over stands where nothing else is said. Said by the executing department of a policy that has the
    result told by others, it is handed over. A result that nobody has answered yet may be told anew, corrected. What
    was evaluated as infeasible is told with its explanation and alternative (policies A, B).
    Refused 409 not-accepted: nobody has it in hand (what has no owner cannot be solved); evaluation-reopened,
    change-open, already-answered; 422 as result.of says.
    """
    if lifecycle.hands_over(file.policy, file.department):
        hand_over(file, HandOver(**vars(said)), file.next_status("hand-over"))
        return
    _in_hand(file)
    if file.case.satisfaction is not None:
        raise Refused("already-answered", "The customer has answered to this result", about=file.case.id)
    found = result.of(file.case, said, _infeasible(file))
    digest = result.sha256(file.case, found)
    at = events.moment(file.now)
    data = {"cycle": file.case.cycle, "at": at, **events.result_of(found), "result_sha256": digest}
    kept = {**found, "sha256": digest}
    file.tell("demand.completed", data, status=status, moments={"completed": file.now}, result=kept)


def _infeasible(file: CaseFile) -> tuple[str | None, str | None]:
    if "infeasible" not in file.case.moments:
        return None, None
    return judgement.told_reasons(evaluations.standing(file.session, file.case.id), file.case.lead)


def close(file: CaseFile, said: Close, status: Status) -> None:
    """End it by hand. Refused 409 as lifecycle.resolution_of_closing says; 422 not-a-complaint."""
    wanted, measure, recourse = said.resolution, said.measure, said.recourse
    if recourse is not None and file.case.category != "complaint":
        raise wrong("/recourse", "not-a-complaint", "Recourse is told with complaints")
    resolution = lifecycle.resolution_of_closing(
        file.policy, file.case, wanted=wanted, measure=measure, recourse=recourse
    )
    close_case(file, status, resolution, measure=measure, reason=said.reason, recourse=recourse)


def lock(file: CaseFile) -> None:
    """The grace after closing has ended: from now on it only is told of, linked or followed up."""
    data = {"cycle": file.case.cycle, "at": events.moment(file.now)}
    file.tell("demand.locked", data, locked_at=file.now)


def _in_hand(file: CaseFile) -> None:
    if file.case.accepted_at is None:
        raise Refused("not-accepted", "Nobody has accepted the demand yet", about=file.case.id)
    lifecycle.check_evaluated(file.case)
    if changes.is_open(file.session, file.case.id):
        raise Refused("change-open", "A change of the plan waits for its answers", about=file.case.id)


ACTIONS: Mapping[str, Step] = {
    "hand-over": hand_over,
    "complete": complete,
    "close": close,
}
