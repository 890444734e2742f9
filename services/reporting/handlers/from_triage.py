"""What triage tells: decisions, who has taken a demand on, deadlines, departments."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.reporting.store import deadlines, demands, names
from shared.clock import parse_time
from shared.messaging.envelope import Event


def demand_triaged(session: Session, event: Event, ctx: Any) -> None:
    """Fills triage's columns and sets the deadlines."""
    data = event.data
    values = {
        "type_code": data["type"]["code"],
        "category": data["type"]["category"],
        "priority_rank": data["priority"]["rank"],
        "priority_code": data["priority"]["code"],
        "lead": data["route"]["lead"],
        "status_category": data["status"]["category"],
        "status_resolution": data["status"]["resolution"],
        "first_response_by": _moment(data["first_response_by"]),
        "triaged_at": event.time,
    }
    demands.fill(session, data["demand_id"], values)
    _set_deadlines(session, data["demand_id"], data["deadlines"])


def demand_accepted(session: Session, event: Event, ctx: Any) -> None:
    """The department that took the demand on leads it from now on."""
    data = event.data
    values = {
        "lead": data["department"],
        "status_category": data["status"]["category"],
        "status_resolution": data["status"]["resolution"],
        "accepted_at": parse_time(data["accepted_at"]),
        "accepted_by": data["accepted_by"],
    }
    demands.fill(session, data["demand_id"], values)


def demand_routed(session: Session, event: Event, ctx: Any) -> None:
    """Another department leads it from now on."""
    demands.fill(session, event.data["demand_id"], {"lead": event.data["route"]["lead"]})


def deadlines_changed(session: Session, event: Event, ctx: Any) -> None:
    """Sets the deadlines."""
    _set_deadlines(session, event.data["demand_id"], event.data["deadlines"])


def deadline_breached(session: Session, event: Event, ctx: Any) -> None:
    """Counts the breach and notes it at its deadline."""
    data = event.data
    demands.count(session, data["demand_id"], "breached", {})
    deadlines.note_breach(session, data["deadline_id"], parse_time(data["breached_at"]))


def department_changed(session: Session, event: Event, ctx: Any) -> None:
    """Keeps the department's name."""
    data = event.data
    names.put_department(session, data["code"], {"name": data["name"], "delivery": data["delivery"]})


def _set_deadlines(session: Session, demand_id: str, told: Sequence[dict[str, Any]]) -> None:
    rows = [
        {
            "id": one["id"],
            "kind": one["kind"],
            "due_at": parse_time(one["due_at"]),
            "met_at": _moment(one["met_at"]),
            "breached_at": _moment(one["breached_at"]),
        }
        for one in told
    ]
    deadlines.replace(session, demand_id, rows)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else parse_time(text)
