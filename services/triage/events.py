"""The events triage publishes: one builder each, no personal data; and the parts they share with answers."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.triage.domain.records import CaseRow, DeadlineRow, DepartmentRow, StaffRow
from shared.calendars.model import Calendar
from shared.clock import format_time
from shared.messaging import outbox
from shared.policies.model import Policy

SOURCE = "triage"


def pin_of(case: CaseRow) -> dict[str, str]:
    """{code, version, sha256}."""
    return {"code": case.policy, "version": case.policy_version, "sha256": case.policy_sha256}


def type_of(policy: Policy, case: CaseRow) -> dict[str, str]:
    """{code, label, category}."""
    return {"code": case.type_code, "label": policy.type(case.type_code).label.zh, "category": case.category}


def priority_of(policy: Policy, case: CaseRow) -> dict[str, Any]:
    """{rank, code, label}."""
    level = policy.level(case.priority_code)
    return {"rank": case.priority_rank, "code": case.priority_code, "label": level.label.zh}


def status_of(policy: Policy, case: CaseRow) -> dict[str, str | None]:
    """{category, label, resolution}."""
    status = policy.status(case.status_category)
    return {"category": case.status_category, "label": status.label.zh, "resolution": case.status_resolution}


def deadline_of(deadline: DeadlineRow) -> dict[str, Any]:
    """A deadline as events and answers show it."""
    return {
        "id": deadline.id,
        "kind": deadline.kind,
        "cycle": deadline.cycle,
        "occurrence": deadline.occurrence,
        "provisional": deadline.provisional,
        "due_at": format_time(deadline.due_at),
        "approaching_at": moment(deadline.approaching_at),
        "met_at": moment(deadline.met_at),
        "breached_at": moment(deadline.breached_at),
    }


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
        "priority": priority_of(policy, case),
        "route": {"lead": case.lead, "joining": list(case.joining)},
        "status": status_of(policy, case),
        "deadlines": [deadline_of(one) for one in deadlines],
        "first_response_by": moment(case.first_response_by),
    }
    _of_demand(session, "demand.triaged", case, data, now)


def demand_accepted(session: Session, policy: Policy, case: CaseRow, department: str, now: datetime) -> None:
    """demand.accepted, at the case's version."""
    data = {
        "department": department,
        "status": status_of(policy, case),
        "accepted_at": moment(case.accepted_at),
        "accepted_by": case.accepted_by,
    }
    _of_demand(session, "demand.accepted", case, data, now)


def demand_routed(session: Session, case: CaseRow, declined_by: str, now: datetime) -> None:
    """demand.routed: the demand lies before another department now; at the case's version."""
    data = {"route": {"lead": case.lead, "joining": list(case.joining)}, "declined_by": declined_by}
    _of_demand(session, "demand.routed", case, data, now)


def deadlines_changed(session: Session, case: CaseRow, deadlines: Sequence[DeadlineRow], now: datetime) -> None:
    """deadlines.changed with the demand's whole current set, at the case's version."""
    _of_demand(session, "deadlines.changed", case, {"deadlines": [deadline_of(one) for one in deadlines]}, now)


def deadline_breached(session: Session, case: CaseRow, deadline: DeadlineRow, now: datetime) -> None:
    """deadline.breached, at the case's version."""
    data = {
        "deadline_id": deadline.id,
        "kind": deadline.kind,
        "due_at": format_time(deadline.due_at),
        "breached_at": moment(deadline.breached_at),
    }
    _of_demand(session, "deadline.breached", case, data, now)


def department_changed(session: Session, department: DepartmentRow, now: datetime) -> None:
    """department.changed on the department's stream, at the row's version."""
    outbox.publish(
        session,
        source=SOURCE,
        type="department.changed",
        subject=f"department/{department.code}",
        version=department.version,
        data={
            "code": department.code,
            "delivery": department.delivery,
            "name": {"zh": department.name_zh, "en": department.name_en},
        },
        now=now,
    )


def staff_changed(session: Session, person: StaffRow, now: datetime) -> None:
    """staff.changed on the person's stream, at the row's version; the name only masked, no log-in name."""
    outbox.publish(
        session,
        source=SOURCE,
        type="staff.changed",
        subject=f"staff/{person.id}",
        version=person.version,
        data={
            "staff_id": person.id,
            "masked_name": f"{person.name[0]}*",
            "roles": list(person.roles),
            "department": person.department,
            "active": person.disabled_at is None,
        },
        now=now,
    )


def policy_published(session: Session, policy: Policy, raw: bytes, now: datetime) -> None:
    """policy.published with the document's very bytes, on the policy's own stream."""
    _of_version(session, "policy", policy, raw, {"effective_from": format_time(policy.effective_from)}, now)


def calendar_published(session: Session, calendar: Calendar, raw: bytes, now: datetime) -> None:
    """calendar.published with the document's very bytes, on the calendar's own stream."""
    _of_version(session, "calendar", calendar, raw, {}, now)


def work_offered(
    session: Session, policy: Policy, case: CaseRow, deadlines: Sequence[DeadlineRow], now: datetime
) -> None:
    """work.offered into the queue of the case's lead, on that department's own stream of this demand."""
    subject = f"work/{case.lead}/{case.id}"
    outbox.publish(
        session,
        source=SOURCE,
        type="work.offered",
        subject=subject,
        version=outbox.next_version(session, subject),
        department=case.lead,
        data={
            "demand_id": case.id,
            "number": case.number,
            "department": case.lead,
            "description": case.description,
            "policy": pin_of(case),
            "type": type_of(policy, case),
            "priority": priority_of(policy, case),
            "customer": dict(case.customer),
            "deadlines": [deadline_of(one) for one in deadlines],
            "offered_at": format_time(now),
        },
        now=now,
    )


def _of_version(
    session: Session, kind: str, found: Policy | Calendar, raw: bytes, more: Mapping[str, Any], now: datetime
) -> None:
    subject = f"{kind}/{found.code}"
    data = {"code": found.code, "version": found.version, "sha256": found.sha256, "document": raw.decode("utf-8")}
    outbox.publish(
        session,
        source=SOURCE,
        type=f"{kind}.published",
        subject=subject,
        version=outbox.next_version(session, subject),
        data={**data, **more},
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
