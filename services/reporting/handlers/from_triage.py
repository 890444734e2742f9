"""What triage decides: the first decision and changes of it, deadlines, departments, staff."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from services.reporting.handlers.parts import moment, priority_of, route_of, status_of, type_of
from services.reporting.store import deadlines, demands, names
from services.reporting.usecases.count_handling import Books
from shared.clock import parse_time
from shared.messaging.envelope import Event


def demand_triaged(session: Session, event: Event, ctx: Books) -> None:
    """Fills triage's columns and sets the deadlines."""
    data = event.data
    values = {
        **type_of(data),
        **priority_of(data),
        **route_of(data),
        **status_of(data),
        "track": data.get("track"),
        "cycle": 1,
        "first_response_by": moment(data["first_response_by"]),
        "triaged_at": event.time,
    }
    demands.fill(session, data["demand_id"], values)
    _set_deadlines(session, data["demand_id"], data["deadlines"])


def demand_classified(session: Session, event: Event, ctx: Books) -> None:
    """Somebody set the type, which may lead it elsewhere."""
    data = event.data
    demands.fill(session, data["demand_id"], {**type_of(data), **route_of(data), **status_of(data)})


def demand_prioritised(session: Session, event: Event, ctx: Books) -> None:
    """The priority was confirmed or set."""
    demands.fill(session, event.data["demand_id"], {**priority_of(event.data), **status_of(event.data)})


def demand_moved(session: Session, event: Event, ctx: Books) -> None:
    """Another department leads from now on, and has not taken it on yet."""
    nobody = {"accepted_at": None, "accepted_by": None, "handler_id": None, "handler_name": None}
    demands.fill(session, event.data["demand_id"], {**route_of(event.data), **status_of(event.data), **nobody})


def demand_accepted(session: Session, event: Event, ctx: Books) -> None:
    """A department took it on."""
    data = event.data
    values = {
        **status_of(data),
        "accepted_at": parse_time(data["accepted_at"]),
        "accepted_by": data["by"],
    }
    demands.fill(session, data["demand_id"], values)


def demand_assigned(session: Session, event: Event, ctx: Books) -> None:
    """Who handles it, and who joins."""
    data = event.data
    values = {
        **status_of(data),
        "handler_id": data["handler"]["staff_id"],
        "handler_name": data["handler"]["masked_name"],
        "joining": data["joining"],
    }
    demands.fill(session, data["demand_id"], values)


def deadlines_changed(session: Session, event: Event, ctx: Books) -> None:
    """Sets the deadlines."""
    _set_deadlines(session, event.data["demand_id"], event.data["deadlines"])


def deadline_breached(session: Session, event: Event, ctx: Books) -> None:
    """Counts the breach and notes it at its deadline."""
    data = event.data
    demands.count(session, data["demand_id"], "breached", {})
    deadlines.note_breach(session, data["deadline_id"], parse_time(data["breached_at"]))


def department_changed(session: Session, event: Event, ctx: Books) -> None:
    """Keeps the department's name."""
    data = event.data
    names.put_department(session, data["code"], {"name": data["name"], "delivery": data["delivery"]})


def staff_changed(session: Session, event: Event, ctx: Books) -> None:
    """Keeps the person's masked name."""
    data = event.data
    names.put_staff(session, data["staff_id"], {"masked_name": data["masked_name"], "department": data["department"]})


def _set_deadlines(session: Session, demand_id: str, told: Sequence[dict[str, Any]]) -> None:
    rows = [
        {
            **{name: one.get(name) for name in ("code", "cycle", "occurrence", "provisional")},
            "id": one["id"],
            "kind": one["kind"],
            "due_at": parse_time(one["due_at"]),
            **{name: moment(one.get(name)) for name in ("met_at", "breached_at", "paused_at")},
        }
        for one in told
    ]
    deadlines.replace(session, demand_id, rows)
