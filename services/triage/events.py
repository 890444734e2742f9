"""The events triage publishes: one builder each, no personal data; and the parts they share with answers."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.triage.domain.deadlines import current
from services.triage.domain.records import CaseRow, DeadlineRow, Part, TaskRow
from services.triage.domain.result import TOLD
from shared.clock import format_time
from shared.messaging import outbox
from shared.policies.model import Policy
from shared.policies.parts import PriorityLevel

SOURCE = "triage"


def pin_of(case: CaseRow) -> dict[str, str]:
    """{code, version, sha256}."""
    return {"code": case.policy, "version": case.policy_version, "sha256": case.policy_sha256}


def type_of(policy: Policy, case: CaseRow) -> dict[str, Any] | None:
    """{code, label, category}, or None while nobody could decide."""
    if case.type_code is None:
        return None
    return {"code": case.type_code, "label": policy.type(case.type_code).label.zh, "category": case.category}


def priority_of(policy: Policy, case: CaseRow) -> dict[str, Any]:
    """{rank, code, label}."""
    return level_of(policy.level(case.priority_code))


def level_of(level: PriorityLevel) -> dict[str, Any]:
    """{rank, code, label} of a level."""
    return {"rank": level.rank, "code": level.code, "label": level.label.zh}


def route_of(case: CaseRow) -> dict[str, Any]:
    """{lead, joining}."""
    return {"lead": case.lead, "joining": list(case.joining)}


def status_of(policy: Policy, case: CaseRow) -> dict[str, str | None]:
    """{code, category, label, resolution}."""
    return {
        "code": case.status_code,
        "category": case.status_category,
        "label": policy.status(case.status_code).label.zh,
        "resolution": case.status_resolution,
    }


def handler_of(case: CaseRow) -> dict[str, str | None] | None:
    """{staff_id, masked_name}, or None while nobody handles it."""
    if case.handler_name is None:
        return None
    return {"staff_id": case.handler_id, "masked_name": masked(case.handler_name)}


def masked(name: str) -> str:
    """A person's name as others see it (policy C: the owner is shown as 赵*)."""
    return f"{name[0]}*"


def deadline_of(deadline: DeadlineRow) -> dict[str, Any]:
    """A deadline as events and answers show it."""
    return {
        "id": deadline.id,
        "code": deadline.code,
        "kind": deadline.kind,
        "cycle": deadline.cycle,
        "occurrence": deadline.occurrence,
        "provisional": deadline.provisional,
        "due_at": format_time(deadline.due_at),
        "approaching_at": moment(deadline.approaching_at),
        "met_at": moment(deadline.met_at),
        "breached_at": moment(deadline.breached_at),
        "paused_at": moment(deadline.paused_at),
    }


def deadlines_of(policy: Policy, deadlines: Sequence[DeadlineRow]) -> list[dict[str, Any]]:
    """The demand's whole current set as events show it, the next one first."""
    return [deadline_of(one) for one in sorted(current(policy, deadlines), key=lambda one: (one.due_at, one.id))]


def task_of(task: TaskRow) -> dict[str, Any]:
    """A task as events tell it: its owner masked."""
    return {
        "id": task.id,
        "title": task.title,
        "owner": masked(task.owner),
        "department": task.department,
        "starts_on": task.starts_on.isoformat(),
        "ends_on": task.ends_on.isoformat(),
        "delivery_standard": task.delivery_standard,
        "depends_on": list(task.depends_on),
        "state": task.state,
        "percent": task.percent,
        "dispatched_at": format_time(task.dispatched_at),
    }


def result_of(found: Mapping[str, Any]) -> dict[str, Any]:
    """A result (domain.result) as events tell it: what the customer is told together, the rest beside them."""
    parts = {name: found[name] for name in TOLD}
    rest = {name: found[name] for name in ("expectation_met", "left_over", "remedy", "recourse")}
    return {"result": parts, **rest}


def moment(value: datetime | None) -> str | None:
    """RFC 3339 text, or None."""
    return None if value is None else format_time(value)


def demand_triaged(
    session: Session, policy: Policy, case: CaseRow, deadlines: Sequence[DeadlineRow], now: datetime
) -> None:
    """demand.triaged: the whole first decision."""
    data = {
        "policy": pin_of(case),
        "type": type_of(policy, case),
        "track": case.track,
        "priority": None if _is_blank(case) else priority_of(policy, case),
        "route": route_of(case),
        "status": status_of(policy, case),
        "deadlines": deadlines_of(policy, deadlines),
        "first_response_by": moment(case.first_response_by),
    }
    _of_demand(session, "demand.triaged", case, data, now)


def _is_blank(case: CaseRow) -> bool:
    return case.historic is not None and case.historic["priority"] is None


def of_case(
    session: Session, policy: Policy, case: CaseRow, kind: str, data: Mapping[str, Any], *, by: str, now: datetime
) -> None:
    """An event of handling at the case's version: data with the status it led to and who did it."""
    _of_demand(session, kind, case, {**data, "status": status_of(policy, case), "by": by}, now)


def deadlines_changed(
    session: Session, policy: Policy, case: CaseRow, deadlines: Sequence[DeadlineRow], now: datetime
) -> None:
    """deadlines.changed with the demand's whole current set, at the case's version."""
    _of_demand(session, "deadlines.changed", case, {"deadlines": deadlines_of(policy, deadlines)}, now)


def deadline_breached(session: Session, case: CaseRow, deadline: DeadlineRow, now: datetime) -> None:
    """deadline.breached, at the case's version."""
    data = {
        "deadline_id": deadline.id,
        "code": deadline.code,
        "kind": deadline.kind,
        "department": case.lead,
        "due_at": format_time(deadline.due_at),
        "breached_at": moment(deadline.breached_at),
    }
    _of_demand(session, "deadline.breached", case, data, now)


def work_offered(
    session: Session,
    policy: Policy,
    case: CaseRow,
    deadlines: Sequence[DeadlineRow],
    *,
    department: str,
    part: Part,
    now: datetime,
) -> None:
    """work.offered into a department's queue, on that department's own stream of this demand."""
    data = {
        "subject": case.subject,
        "description": case.description,
        "part": part,
        "policy": pin_of(case),
        "type": type_of(policy, case),
        "priority": priority_of(policy, case),
        "customer": dict(case.customer),
        "quality": dict(case.quality),
        "deadlines": deadlines_of(policy, deadlines),
        "offered_at": format_time(now),
    }
    _to_department(session, "work.offered", case, department, data, now)


def work_updated(
    session: Session,
    policy: Policy,
    case: CaseRow,
    deadlines: Sequence[DeadlineRow],
    told: Sequence[str],
    *,
    department: str,
    tasks: Sequence[TaskRow],
    now: datetime,
) -> None:
    """work.updated into a department's queue: what happened, how the demand stands, and the department's tasks."""
    data = {
        "events": list(told),
        "at": format_time(now),
        "type": type_of(policy, case),
        "priority": priority_of(policy, case),
        "status": status_of(policy, case),
        "deadlines": deadlines_of(policy, deadlines),
        "tasks": [task_of(one) for one in tasks],
    }
    _to_department(session, "work.updated", case, department, data, now)


def work_withdrawn(session: Session, case: CaseRow, *, department: str, reason: str, now: datetime) -> None:
    """work.withdrawn into the queue of a department that has the demand no longer."""
    _to_department(session, "work.withdrawn", case, department, {"reason": reason, "at": format_time(now)}, now)


def _to_department(
    session: Session, kind: str, case: CaseRow, department: str, data: Mapping[str, Any], now: datetime
) -> None:
    subject = f"work/{department}/{case.id}"
    outbox.publish(
        session,
        source=SOURCE,
        type=kind,
        subject=subject,
        version=outbox.next_version(session, subject),
        department=department,
        data={"demand_id": case.id, "number": case.number, "department": department, **data},
        now=now,
    )


def _of_demand(session: Session, kind: str, case: CaseRow, data: Mapping[str, Any], now: datetime) -> None:
    outbox.publish(
        session,
        source=SOURCE,
        type=kind,
        subject=f"demand/{case.id}",
        version=case.version,
        data={"demand_id": case.id, "number": case.number, **data},
        now=now,
    )
