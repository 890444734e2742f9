"""What intake tells: the demand as reported, what the customer says afterwards, and customers."""

from typing import Any

from sqlalchemy.orm import Session

from services.reporting.handlers.parts import moment
from services.reporting.store import children, demands, names
from services.reporting.usecases.count_handling import Books, count_handling
from shared.clock import parse_time
from shared.messaging.envelope import Event
from shared.messaging.errors import Waiting

_AS_TOLD = (
    """
    channel channel_kind known_customer subject description urgency expected_by order_number product mood wishes budget
    related_number impact fields feedback partner quality preferred_channel historic taken_by
    """
).split()
"""Columns that bear the name of the event's field; one that the event lacks is null."""
_SAID = (
    """
    channel direction words summary mood subject order_number product people events service_opinion wishes
    earlier_number attachments answered
    """
).split()
"""What a communication says besides who recorded it and when it was."""


def demand_received(session: Session, event: Event, ctx: Books) -> None:
    """Fills intake's columns; Waiting while the pinned policy has not arrived."""
    data = event.data
    pin = data["policy"]
    try:
        ctx.policies.pinned(pin["code"], pin["version"])
    except LookupError:
        raise Waiting(f"policy/{pin['code']}/{pin['version']}") from None
    values = {
        **{name: data.get(name) for name in _AS_TOLD},
        "number": data["number"],
        "policy": pin["code"],
        "policy_version": pin["version"],
        "registered_by": data.get("department"),
        "received_at": parse_time(data["received_at"]),
        "occurred_at": moment(data.get("occurred_at")),
        "customer_number": data["customer"]["number"],
        "declared_type": data.get("type"),
    }
    count_handling(session, data["demand_id"], demands.fill(session, data["demand_id"], values), ctx)


def demand_supplemented(session: Session, event: Event, ctx: Books) -> None:
    """Adds what came in; quality is what is still wanting."""
    data = event.data
    demands.supplement(session, data["demand_id"], data["description"], data["fields"], data["quality"], data["at"])


def demand_communicated(session: Session, event: Event, ctx: Books) -> None:
    """Keeps this version of the talk beside those before it."""
    data = event.data
    row = {
        "occurred_at": parse_time(data["occurred_at"]),
        "registered_at": parse_time(data["registered_at"]),
        "by": data["by"],
        "said": {name: data.get(name) for name in _SAID},
    }
    children.put_communication(session, data["demand_id"], data["communication_id"], data["version"], row)


def attachment_added(session: Session, event: Event, ctx: Books) -> None:
    """Keeps what is told of a file; its bytes stay in intake."""
    data = event.data
    row = {name: data[name] for name in ("name", "label", "reference", "media_type", "size", "sha256", "by")}
    children.put_attachment(session, data["demand_id"], data["attachment_id"], row | {"at": parse_time(data["at"])})


def demand_confirmed(session: Session, event: Event, ctx: Books) -> None:
    """The customer is satisfied with this cycle's result."""
    signature = {name: event.data[name] for name in ("signed", "signature_method", "result_sha256")}
    _answered(session, event, satisfied=True, **signature)


def demand_disputed(session: Session, event: Event, ctx: Books) -> None:
    """The customer is not satisfied with it."""
    _answered(session, event, satisfied=False, signed=False, signature_method=None, result_sha256=None)


def demand_withdrawn(session: Session, event: Event, ctx: Books) -> None:
    """The customer takes the demand back; triage says what becomes of it."""
    data = event.data
    demands.fill(
        session, data["demand_id"], {"withdrawn_at": parse_time(data["at"]), "withdraw_reason": data["reason"]}
    )


def customer_changed(session: Session, event: Event, ctx: Books) -> None:
    """Keeps the customer beside the demands: its stream and theirs come in any order."""
    data = event.data
    columns = ("masked_name", "company_name", "kind", "industry", "tier", "value")
    later = ("source", "preferred_channel", "merged_into")  # events of before say nothing of these
    values = {name: data[name] for name in columns} | {name: data.get(name) for name in later}
    names.put_customer(session, data["number"], values)


def _answered(session: Session, event: Event, *, satisfied: bool, **signature: Any) -> None:
    data = event.data
    at = parse_time(data["at"])
    demands.fill(session, data["demand_id"], {"satisfaction": data["satisfaction"], "answered_at": at})
    row: dict[str, Any] = {
        "at": at,
        "satisfaction": data["satisfaction"],
        "satisfied": satisfied,
        "opinion": data["opinion"],
        **signature,
    }
    children.put_opinion(session, data["demand_id"], data["cycle"], row)
