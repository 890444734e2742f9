"""A department takes a demand on, or passes it back."""

from collections.abc import Mapping

from services.triage import events
from services.triage.domain.records import Part
from services.triage.domain.told.answer import Accept, Decline
from services.triage.store import departments, work
from services.triage.usecases.case_file import CaseFile, Step
from shared.policies.parts import Status
from shared.refused import Refused


def accept(file: CaseFile, _said: Accept, status: Status) -> None:
    """The lead works on it from now on. Refused 409 already-answered."""
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
    desk = file.policy.undecided
    work.answer(file.session, before, case.id, "declined", file.now)
    work.offer(file.session, desk, case.id, delivery="workbench", part="lead", now=file.now)
    data = {"declined_by": before, "reason": said.reason, "route": {"lead": desk, "joining": list(case.joining)}}
    file.tell("demand.routed", data, status=status, lead=desk)


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
    if delivery == "queue":
        file.offers.append((department, part))


ACTIONS: Mapping[str, Step] = {
    "accept": accept,
    "decline": decline,
}
