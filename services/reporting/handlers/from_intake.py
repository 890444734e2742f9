"""What intake tells: the demand as reported, and customers."""

from typing import Any

from sqlalchemy.orm import Session

from services.reporting.store import demands, names
from shared.clock import parse_time
from shared.messaging.envelope import Event


def demand_received(session: Session, event: Event, ctx: Any) -> None:
    """Fills intake's columns."""
    data = event.data
    values = {
        "number": data["number"],
        "policy": data["policy"]["code"],
        "policy_version": data["policy"]["version"],
        "channel": data["channel"],
        "channel_kind": data["channel_kind"],
        "received_at": parse_time(data["received_at"]),
        "customer_number": data["customer"]["number"],
        "urgency": data["urgency"],
        "vague": bool(data["quality"]["vague"]),
        "missing": len(data["quality"]["missing"]),
        "product": data["product"],
    }
    demands.fill(session, data["demand_id"], values)


def customer_changed(session: Session, event: Event, ctx: Any) -> None:
    """Keeps the customer beside the demands: its stream and theirs come in any order."""
    data = event.data
    names.put_customer(session, data["number"], {name: data[name] for name in ("kind", "industry", "tier", "value")})
