"""What will not be as it was told or planned."""

from collections.abc import Mapping
from datetime import datetime

from services.triage import events
from services.triage.domain.told.postpone import Delay
from services.triage.store import promises
from services.triage.usecases.case_file import CaseFile, Step
from services.triage.usecases.customer import promise
from shared.calendars.working_time import due
from shared.policies.parts import Choice, Status
from shared.refused import Refused, wrong


def delay(file: CaseFile, said: Delay, status: Status) -> None:
    """The planned date will not be kept: reason, new date, and whether the customer was told in time.

    Policy A: at least 2 working days before the date; what is told later is kept as a late notice.
    Refused 409 nothing-planned, 422 unknown-code, date-passed, not-later, told-in-future.
    """
    before = file.moment("expected_finish") or promises.standing_date(file.session, file.case.id)
    if before is None:
        raise Refused("nothing-planned", "Only a planned or promised date can be delayed", about=file.case.id)
    reason = reason_of(file, said.reason)
    file.ahead(said.expected_finish)
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


def reason_of(file: CaseFile, code: str) -> Choice:
    """The policy's reason, by code, label or alias. Refused 422 unknown-code."""
    reasons = file.policy.delay.reasons if file.policy.delay else ()
    for one in reasons:
        if code in (one.code, one.label.zh, one.label.en, *one.aliases):
            return one
    raise wrong("/reason", "unknown-code", "The policy does not know this reason")


def _is_late(file: CaseFile, before: datetime, told_at: datetime) -> bool:
    notice = file.policy.delay.notice if file.policy.delay else None
    return told_at > (due(file.calendar, before, notice).due_at if notice else before)


ACTIONS: Mapping[str, Step] = {
    "delay": delay,
}
