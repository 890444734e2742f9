"""From evaluation to the end: what the departments do about a demand."""

from datetime import datetime
from typing import Any

from services.triage import events
from services.triage.domain import lifecycle
from services.triage.domain.told import Close, Complete, Delay, Evaluate, Plan, Progress
from services.triage.usecases import answer
from services.triage.usecases.case_file import CaseFile
from services.triage.usecases.customer import close_case, promise
from shared.calendars.working_time import due
from shared.policies.parts import Choice, Status
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
    """How it will be solved and by when. Refused 422 date-passed; 409 promise-broken.

    A finish after a date that was already planned is a delay, and told as one.
    """
    _ahead(file, said.expected_finish)
    before = _moment(file, "expected_finish")
    if before is not None and said.expected_finish > before:
        raise Refused("promise-broken", "A later finish than planned is a delay: use `delay`", about=file.case.id)
    data = {
        "text": said.text,
        "workaround": said.workaround,
        "expected_finish": events.moment(said.expected_finish),
        "at": events.moment(file.now),
    }
    moments = {"planned": file.now, "expected_finish": said.expected_finish}
    file.tell("demand.planned", data, status=status, moments=moments)


def note_progress(file: CaseFile, said: Progress, status: Status) -> None:
    """A free note of progress beside the status."""
    file.tell("demand.progressed", {"text": said.text, "at": events.moment(file.now)}, status=status)


def delay(file: CaseFile, said: Delay, status: Status) -> None:
    """The planned date will not be kept: reason, new date, and whether the customer was told in time.

    Policy A: at least 2 working days before the date; what is told later is kept as a late notice.
    Refused 409 nothing-planned, 422 unknown-code, date-passed, not-later, told-in-future.
    """
    before = _moment(file, "expected_finish")
    if before is None:
        raise Refused("nothing-planned", "Only a planned date can be delayed", about=file.case.id)
    reason = _reason(file, said.reason)
    _ahead(file, said.expected_finish)
    if said.expected_finish <= before:
        raise wrong("/expected_finish", "not-later", "A delay leads to a later date")
    told_at = said.told_at or file.now
    if told_at > file.now:
        raise wrong("/told_at", "told-in-future", "The customer cannot have been told later than now")
    late = _is_late(file, before, told_at)
    row = promise(
        file, "delay", text=said.note or reason.label.zh, channel=said.channel, promised_for=said.expected_finish,
        reason=reason.code, told_at=told_at, late=late,
    )  # fmt: skip
    data = {
        "reason": reason.code,
        "reason_label": reason.label.zh,
        "note": said.note,
        "before": events.moment(before),
        "expected_finish": events.moment(said.expected_finish),
        "told_at": events.moment(said.told_at),
        "channel": said.channel,
        "late": late,
        "at": events.moment(file.now),
    }
    if row.predecessor is not None:
        file.replace_promise(row.predecessor)
    file.tell("demand.delayed", data, status=status, moments={"expected_finish": said.expected_finish})


def complete(file: CaseFile, said: Complete, status: Status) -> None:
    """Handling is done; the customer is told the result in three parts and asked whether it satisfies.

    Refused 409 not-accepted: nobody has it in hand (what has no owner cannot be solved).
    """
    if file.case.accepted_at is None:
        raise Refused("not-accepted", "Nobody has accepted the demand yet", about=file.case.id)
    result = {"conclusion": said.conclusion, "next_step": said.next_step, "notes": said.notes}
    data = {
        "cycle": file.case.cycle,
        "at": events.moment(file.now),
        "result": result,
        "expectation_met": said.expectation_met,
        "left_over": said.left_over,
    }
    moments = {"completed": file.now}
    file.tell("demand.completed", data, status=status, moments=moments, result=result, satisfaction=None)


def close(file: CaseFile, said: Close, status: Status) -> None:
    """End it by hand. Refused 409 as lifecycle.resolution_of_closing says."""
    wanted, measure = said.resolution, said.measure
    resolution = lifecycle.resolution_of_closing(file.policy, file.case, wanted=wanted, measure=measure)
    close_case(file, status, resolution, measure=measure, reason=said.reason)


def _reroute(file: CaseFile, lead: str, finding: str) -> None:
    case = file.case
    answer.move(file, lead, reason=finding)
    data = {"route": {"lead": lead, "joining": [case.lead]}, "before": case.lead, "reason": finding}
    changes: dict[str, Any] = {"lead": lead, "joining": [case.lead], "accepted_at": None, "accepted_by": None}
    status = file.policy.statuses[0]
    file.tell("demand.transferred", data, status=status, handler_id=None, handler_name=None, **changes)


def _reason(file: CaseFile, code: str) -> Choice:
    reasons = file.policy.delay.reasons if file.policy.delay else ()
    for one in reasons:
        if code in (one.code, one.label.zh, one.label.en, *one.aliases):
            return one
    raise wrong("/reason", "unknown-code", "The policy does not know this reason")


def _is_late(file: CaseFile, before: datetime, told_at: datetime) -> bool:
    notice = file.policy.delay.notice if file.policy.delay else None
    return told_at > (due(file.calendar, before, notice).due_at if notice else before)


def _ahead(file: CaseFile, date: datetime) -> None:
    if date <= file.now:
        raise wrong("/expected_finish", "date-passed", "This date has passed")


def _moment(file: CaseFile, name: str) -> datetime | None:
    text = file.case.moments.get(name)
    return None if text is None else datetime.fromisoformat(text)
