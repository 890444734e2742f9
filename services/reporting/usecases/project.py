"""Turn an event into columns of the read store; one function per event."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.reporting.store import projection
from shared.clock import parse_time
from shared.messaging.envelope import Event


def demand_received(session: Session, event: Event) -> None:
    """intake's columns of the demand; the customer itself comes by customer.changed."""
    data = event.data
    projection.fill_demand(
        session,
        data["demand_id"],
        {
            "number": data["number"],
            "policy": data["policy"]["code"],
            "policy_version": data["policy"]["version"],
            "channel": data["channel"],
            "channel_kind": data["channel_kind"],
            "received_at": parse_time(data["received_at"]),
            "customer_number": data["customer"]["number"],
            "urgency": data["urgency"],
            "product": data["product"],
            "vague": bool(data["quality"]["vague"]),
            "missing": len(data["quality"]["missing"]),
        },
    )


def customer_changed(session: Session, event: Event) -> None:
    """The customer as it is now."""
    names = ("number", "kind", "industry", "tier", "value")
    projection.put_customer(session, {name: event.data[name] for name in names})


def demand_triaged(session: Session, event: Event) -> None:
    """triage's columns: the whole first decision."""
    data = event.data
    projection.fill_demand(
        session,
        data["demand_id"],
        {
            "type_code": data["type"]["code"],
            "category": data["type"]["category"],
            "priority_rank": data["priority"]["rank"],
            "priority_code": data["priority"]["code"],
            "lead": data["route"]["lead"],
            **_status(data["status"]),
            "first_response_by": _moment(data["first_response_by"]),
            "triaged_at": event.time,
        },
    )
    deadlines_changed(session, event)


def demand_accepted(session: Session, event: Event) -> None:
    """A department took it on."""
    data = event.data
    values = {"lead": data["department"], "accepted_at": parse_time(data["accepted_at"]), **_status(data["status"])}
    projection.fill_demand(session, data["demand_id"], values)


def demand_routed(session: Session, event: Event) -> None:
    """Another department has it."""
    projection.fill_demand(session, event.data["demand_id"], {"lead": event.data["route"]["lead"]})


def deadlines_changed(session: Session, event: Event) -> None:
    """The demand's whole set of deadlines."""
    rows = [
        {
            "id": one["id"],
            "kind": one["kind"],
            "due_at": parse_time(one["due_at"]),
            "met_at": _moment(one["met_at"]),
            "breached_at": _moment(one["breached_at"]),
        }
        for one in event.data["deadlines"]
    ]
    projection.replace_deadlines(session, event.data["demand_id"], rows)


def deadline_breached(session: Session, event: Event) -> None:
    """One breach more. The deadline itself is told by triage's next whole set, or stands in this event."""
    data = event.data
    projection.count_up(session, data["demand_id"], "breaches")
    breached = {
        "id": data["deadline_id"],
        "demand_id": data["demand_id"],
        "kind": data["kind"],
        "due_at": parse_time(data["due_at"]),
        "breached_at": parse_time(data["breached_at"]),
    }
    projection.put_deadline(session, breached)


def notice_sent(session: Session, event: Event) -> None:
    """One notice more."""
    projection.count_up(session, event.data["demand_id"], "notices_sent", last_notice_at=parse_time(event.data["at"]))


def notice_failed(session: Session, event: Event) -> None:
    """One notice that could not be delivered."""
    projection.count_up(session, event.data["demand_id"], "notices_failed")


def department_changed(session: Session, event: Event) -> None:
    """A department as it is now."""
    projection.put_department(session, {name: event.data[name] for name in ("code", "name", "delivery")})


PROJECTIONS: Mapping[str, Callable[[Session, Event], None]] = {
    "demand.received.v1": demand_received,
    "customer.changed.v1": customer_changed,
    "demand.triaged.v1": demand_triaged,
    "demand.accepted.v1": demand_accepted,
    "demand.routed.v1": demand_routed,
    "deadlines.changed.v1": deadlines_changed,
    "deadline.breached.v1": deadline_breached,
    "notice.sent.v1": notice_sent,
    "notice.failed.v1": notice_failed,
    "department.changed.v1": department_changed,
}


def _status(status: Mapping[str, Any]) -> dict[str, Any]:
    return {"status_category": status["category"], "status_resolution": status["resolution"]}


def _moment(text: str | None) -> datetime | None:
    return None if text is None else parse_time(text)
