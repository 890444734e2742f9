"""demand.received: a new demand to decide about."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.triage.domain.records import Pin, Received
from services.triage.usecases.triage_demand import triage_demand
from shared.clock import business_now, parse_time
from shared.messaging.envelope import Event


def handle(session: Session, event: Event, ctx: Any) -> None:
    """Waits while the pinned policy has not arrived."""
    triage_demand(session, _read(event.data), books=ctx.books, now=business_now())


def _read(data: dict[str, Any]) -> Received:
    pin = data["policy"]
    return Received(
        demand_id=data["demand_id"],
        number=data["number"],
        policy=Pin(pin["code"], pin["version"], pin["sha256"]),
        received_at=parse_time(data["received_at"]),
        first_response_by=_moment(data["first_response_by"]),
        channel_kind=data["channel_kind"],
        subject=data["subject"],
        description=data["description"],
        type=data["type"],
        urgency=data["urgency"],
        mood=data["mood"],
        product=data["product"],
        expected_by=data["expected_by"],
        impact=data["impact"],
        fields=data["fields"],
        feedback=data["feedback"],
        customer=data["customer"],
        known_customer=data["known_customer"],
        quality=data["quality"],
        historic=data.get("historic"),
        order_number=data["order_number"],
        related_number=data["related_number"],
        relation=data.get("relation"),
        wishes=data["wishes"],
    )


def _moment(text: str | None) -> datetime | None:
    return None if text is None else parse_time(text)
