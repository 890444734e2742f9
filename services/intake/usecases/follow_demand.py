"""Note what triage says of a demand: where it stands, who has it, what is asked for, what came out."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from services.intake.store import demands


def follow(session: Session, demand_id: str, data: Mapping[str, Any], **more: Any) -> bool:
    """Take over status, department and cycle as far as the event's data names them; False for an unknown demand.

    more: columns that this kind of event settles besides.
    """
    values: dict[str, Any] = dict(more)
    if status := data.get("status"):
        values |= {"status": status["category"], "status_code": status["code"], "resolution": status["resolution"]}
    department = data["route"]["lead"] if data.get("route") else data.get("department")
    if department:
        values["department"] = department
    if "cycle" in data:
        values["cycle"] = data["cycle"]
    return demands.change(session, demand_id, **values)
