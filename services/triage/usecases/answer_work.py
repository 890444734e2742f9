"""A department takes a demand on, or passes it back; the same for HTTP and for commands."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from services.triage import events
from services.triage.domain.deadlines import with_first_response
from services.triage.domain.records import CaseRow
from services.triage.store import cases, deadlines, work
from shared.policies.loader import Policies
from shared.refused import Refused


@dataclass(frozen=True)
class Task:
    """A demand that waits for a department's answer, its case locked."""

    case: CaseRow
    department: str


def open_task(
    session: Session, number: str, *, department: str | None = None, expected_version: int | None = None
) -> Task:
    """Lock the case. department None: whoever leads it.

    Refused 404 demand-unknown, also for a demand that never stood before the department; 409 already-answered;
    412 version-stale.
    """
    case = cases.lock(session, number=number)
    state = None if case is None else work.state(session, department or case.lead, case.id)
    if case is None or state is None:
        raise Refused("demand-unknown", "There is no such demand before this department", 404)
    if state != "offered":
        raise Refused("already-answered", "This department has answered before", about=case.id)
    if expected_version is not None and expected_version != case.version:
        raise Refused("version-stale", "The demand has changed since", 412, about=case.id)
    return Task(case, department or case.lead)


def accept(session: Session, task: Task, *, by: str, policies: Policies, now: datetime) -> CaseRow:
    """The department works on it from now on, which is the first response. Returns the case as it is now."""
    case = replace(
        task.case,
        version=task.case.version + 1,
        status_category="in_progress",
        accepted_at=now,
        accepted_by=by,
    )
    work.answer(session, task.department, case.id, "accepted", now)
    before = deadlines.of_demand(session, case.id)
    after = with_first_response(before, now)
    policy = policies.pinned(case.policy, case.policy_version)
    events.demand_accepted(session, policy, case, task.department, now)
    for old, new in zip(before, after, strict=True):
        if old != new:
            deadlines.change(session, new)
        if old.breached_at != new.breached_at:
            case = replace(case, version=case.version + 1)
            events.deadline_breached(session, case, new, now)
    case = replace(case, version=case.version + 1)
    events.deadlines_changed(session, case, after, now)
    cases.change(session, case)
    return case


def decline(session: Session, task: Task, *, policies: Policies, now: datetime) -> CaseRow:
    """The demand goes to the workbench of the desk, where somebody finds it a home; the desk itself keeps it.

    The desk is whoever leads the policy's default type.
    """
    policy = policies.pinned(task.case.policy, task.case.policy_version)
    desk = policy.type(policy.default_type).lead
    case = replace(task.case, lead=desk, version=task.case.version + 1)
    work.answer(session, task.department, case.id, "declined", now)
    work.offer(session, desk, case.id, "workbench", now)
    cases.change(session, case)
    events.demand_routed(session, case, task.department, now)
    return case
