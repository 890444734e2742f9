"""What stands in the way of a demand, from the moment it occurred until it is gone."""

from collections.abc import Mapping

from services.triage import events
from services.triage.domain.told.block import Block, Unblock
from services.triage.store import tasks
from services.triage.usecases.case_file import CaseFile, Step
from services.triage.usecases.postpone import reason_of
from shared.policies.parts import Choice, Status, Text
from shared.refused import Refused, wrong

_OTHER = Choice("other", Text("其他", "Other"))


def block(file: CaseFile, said: Block, status: Status) -> None:
    """Something stands in the way. What is owed about it counts from when it occurred, not from its report (policy B:
    escalated to the project lead within 2 h); clocks that the policy pauses stand still from the report on.

    One at a time: Refused 409 already-blocked. 422 unknown-code, in-future, before-receipt, unknown-task.
    """
    case = file.case
    if case.blocked_at is not None:
        raise Refused("already-blocked", "Something stands in the way already; unblock it first", about=case.id)
    reason = _reason(file, said.reason)
    occurred_at = said.occurred_at or file.now
    if occurred_at > file.now:
        raise wrong("/occurred_at", "in-future", "What stands in the way has occurred already")
    if occurred_at < case.received_at:
        raise wrong("/occurred_at", "before-receipt", "Nothing stands in the way before the demand is received")
    if said.task is not None and all(one.id != said.task for one in tasks.of_demand(file.session, case.id)):
        raise wrong("/task", "unknown-task", "There is no such task")
    told = {"reason": reason.code, "reason_label": reason.label.zh, "note": said.note, "task": said.task}
    blocker = {**told, "reported_at": file.now.isoformat(), "by": file.by}
    data = {**told, "occurred_at": events.moment(occurred_at), "at": events.moment(file.now)}
    moments = {"blocked": occurred_at}
    file.tell("demand.blocked", data, status=status, moments=moments, blocked_at=occurred_at, blocker=blocker)


def unblock(file: CaseFile, said: Unblock, status: Status) -> None:
    """It is gone. Refused 409 not-blocked."""
    blocked_at = file.case.blocked_at
    if blocked_at is None:
        raise Refused("not-blocked", "Nothing stands in the way", about=file.case.id)
    data = {"note": said.note, "occurred_at": events.moment(blocked_at), "at": events.moment(file.now)}
    file.tell("demand.unblocked", data, status=status, blocked_at=None, blocker=None)


def _reason(file: CaseFile, code: str) -> Choice:
    """The policy's reason; one that names none knows only `other`."""
    if file.policy.delay is None and code in (_OTHER.code, _OTHER.label.zh, _OTHER.label.en):
        return _OTHER
    return reason_of(file, code)


ACTIONS: Mapping[str, Step] = {
    "block": block,
    "unblock": unblock,
}
