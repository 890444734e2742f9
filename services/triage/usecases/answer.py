"""A department takes a demand on, or passes it back."""

from collections.abc import Mapping

from services.triage import events
from services.triage.domain.records import Part
from services.triage.domain.told.answer import Accept, Decline
from services.triage.store import departments, work
from services.triage.usecases.case_file import CaseFile, Step
from shared.policies.parts import Status
from shared.refused import Refused

NOT_ACCEPTED = "not accepted in time"


def accept(file: CaseFile, _said: Accept, status: Status) -> None:
    """The lead works on it from now on; a department that joins takes on its own part. Refused 409 already-answered."""
    if file.department in file.case.joining:
        _join_in(file, str(file.department))
        return
    if work.state(file.session, file.case.lead, file.case.id) != "offered":
        raise Refused("already-answered", "This department has answered before", about=file.case.id)
    take_on(file, status)


def take_on(file: CaseFile, status: Status) -> None:
    """Note that the lead has accepted."""
    case = file.case
    work.answer(file.session, case.lead, case.id, "accepted", file.now)
    data = {"department": case.lead, "accepted_at": events.moment(file.now)}
    file.tell("demand.accepted", data, status=status, accepted_at=file.now, accepted_by=file.by)


def decline(file: CaseFile, said: Decline, status: Status) -> None:
    """It goes to the workbench of the policy's desk, where somebody finds it a home; the desk itself keeps it.

    Refused 409 already-answered.
    """
    case, before = file.case, file.case.lead
    if work.state(file.session, before, case.id) != "offered":
        raise Refused("already-answered", "This department has answered before", about=case.id)
    work.answer(file.session, before, case.id, "declined", file.now)
    _to_desk(file, said.reason, status)


def take_back(file: CaseFile) -> None:
    """Nobody accepted in time: the policy's desk finds it another home; what lies there already stays."""
    case, desk = file.case, file.policy.undecided
    if case.lead == desk or work.state(file.session, case.lead, case.id) != "offered":
        return
    withdraw(file, case.lead, NOT_ACCEPTED)
    _to_desk(file, NOT_ACCEPTED, file.policy.status(case.status_code))


def _join_in(file: CaseFile, department: str) -> None:
    if work.state(file.session, department, file.case.id) != "offered":
        raise Refused("already-answered", "This department has answered before", about=file.case.id)
    work.answer(file.session, department, file.case.id, "accepted", file.now)
    file.tell("demand.joined", {"department": department, "at": events.moment(file.now)})


def _to_desk(file: CaseFile, reason: str | None, status: Status) -> None:
    case, before, desk = file.case, file.case.lead, file.policy.undecided
    work.offer(file.session, desk, case.id, delivery="workbench", part="lead", now=file.now)
    file.begin("offered")
    joining = [code for code in case.joining if code != desk]
    data = {"declined_by": before, "reason": reason, "route": {"lead": desk, "joining": joining}}
    file.tell("demand.routed", data, status=status, lead=desk, joining=joining)


def move(file: CaseFile, lead: str, *, reason: str) -> None:
    """Take the work from whoever leads now and offer it to another department; the caller tells the event after.

    The new lead's queue gets the demand as it stands when the file is closed up.
    """
    before = file.case.lead
    if lead == before:
        return
    withdraw(file, before, reason)
    offer(file, lead, "lead")


def withdraw(file: CaseFile, department: str, reason: str) -> None:
    """Take the demand from a department that leads or joins, and tell its queue where it has one."""
    if work.in_queue(file.session, department, file.case.id):
        events.work_withdrawn(file.session, file.case, department=department, reason=reason, now=file.now)
    work.answer(file.session, department, file.case.id, "withdrawn", file.now)


def offer(file: CaseFile, department: str, part: Part) -> None:
    """Put the demand before a department, in its queue where it has one."""
    delivery = departments.delivery(file.session, department)
    work.offer(file.session, department, file.case.id, delivery=delivery, part=part, now=file.now)
    if part == "lead":
        file.begin("offered")
    if delivery == "queue":
        file.offers.append((department, part))


ACTIONS: Mapping[str, Step] = {
    "accept": accept,
    "decline": decline,
}
