"""Note what triage says of a demand: where it stands, who has it, what is asked for, what came out."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from services.intake.domain import told
from services.intake.store import demands
from shared.clock import format_time
from shared.messaging.envelope import Event


def follow(session: Session, event: Event, **more: Any) -> bool:
    """Take over status, department and cycle as far as the event's data names them; False for an unknown demand.

    What its customer may see of it becomes a line of the tracking page. more: columns that this kind settles besides.
    """
    data: Mapping[str, Any] = event.data
    demand_id = data["demand_id"]
    values: dict[str, Any] = dict(more)
    line = told.line(event.name.rpartition(".v")[0], data, format_time(event.time))
    if line is not None:
        values["told"] = told.with_line(demands.told(session, demand_id), line)
    if status := data.get("status"):
        values |= {"status": status["category"], "status_code": status["code"], "resolution": status["resolution"]}
    department = data["route"]["lead"] if data.get("route") else data.get("department")
    if department:
        values["department"] = department
    if "cycle" in data:
        values["cycle"] = data["cycle"]
    return demands.change(session, demand_id, **values)
