"""What was no demand, and what was recorded wrongly."""

from collections.abc import Mapping

from services.triage import events
from services.triage.domain import corrections
from services.triage.domain.decision import started
from services.triage.domain.facts import named_dates
from services.triage.domain.told.mend import Correct, Reject
from services.triage.store import cases
from services.triage.usecases import prioritise
from services.triage.usecases.case_file import CaseFile, Step
from shared.policies.parts import Status
from shared.refused import Refused

_TEXTS = ("subject", "description")


def reject(file: CaseFile, said: Reject, status: Status) -> None:
    """It is no demand to us: closed as rejected, its clocks end; the policy says who is told (nobody of spam)."""
    data = {"kind": said.kind, "reason": said.reason, "at": events.moment(file.now)}
    moments = {"closed": file.now}
    file.tell("demand.rejected", data, status=status, status_resolution="rejected", moments=moments)
    file.end_clocks()


def correct(file: CaseFile, said: Correct, status: Status) -> None:
    """Put a wrong fact right: the former value stays in the timeline, deadlines follow, a priority is proposed anew.

    Refused 422 as corrections.value_of says; 409 unchanged.
    """
    after = corrections.value_of(file.policy, said.fact, said.value)
    before = corrections.before(file.case, said.fact)
    if before == after:
        raise Refused("unchanged", "This is its value already", about=file.case.id)
    data = {
        "fact": said.fact,
        "before": before,
        "after": after,
        "reason": said.reason,
        "at": events.moment(file.now),
    }
    name = said.fact.removeprefix("fields.")
    dates = named_dates({name: after}, file.calendar, started(file.policy))
    changes = corrections.corrected(file.case, said.fact, after)
    if said.fact in started(file.policy):
        file.change(moments=corrections.without_moment(file.case, said.fact))
        file.redate(said.fact, dates)
    file.tell("demand.corrected", data, status=status, moments=dates, **changes)
    file.retime()
    if said.fact in _TEXTS:
        cases.index(file.session, file.case)
    prioritise.propose_anew(file)


ACTIONS: Mapping[str, Step] = {
    "reject": reject,
    "correct": correct,
}
