"""Changes of plans: what triage asks for and decides, and what the customer says to it through intake."""

from sqlalchemy.orm import Session

from services.reporting.handlers.parts import moment, status_of
from services.reporting.store import changes, demands
from services.reporting.usecases.count_handling import Books
from shared.clock import parse_time
from shared.messaging.envelope import Event


def requested(session: Session, event: Event, ctx: Books) -> None:
    """Keeps what is asked for, beside the plan that stands."""
    data = event.data
    demands.fill(session, data["demand_id"], status_of(data))
    values = {name: data[name] for name in ("what", "reason", "plan", "cost")}
    values |= {
        "number": data["change_number"],
        "requested_at": parse_time(data["at"]),
        "requested_by": data["by"],
        "expected_finish": moment(data["expected_finish"]),
        "before": {**(demands.plan(session, data["demand_id"]) or {}), "expected_finish": data["before"]},
        "approvals": [],
    }
    changes.fill(session, data["demand_id"], data["change"], values)


def approved(session: Session, event: Event, ctx: Books) -> None:
    """One of ours agreed."""
    data = event.data
    demands.fill(session, data["demand_id"], status_of(data))
    row = {name: data[name] for name in ("party", "by", "at")}
    changes.add_approval(session, data["demand_id"], data["change"], row)


def decided(session: Session, event: Event, ctx: Books) -> None:
    """What came of it."""
    data = event.data
    demands.fill(session, data["demand_id"], status_of(data))
    values = {
        "verdict": data["verdict"],
        "decided_at": parse_time(data["at"]),
        "decided_by": data["party"],
        "decision_reason": data["reason"],
    }
    changes.fill(session, data["demand_id"], data["change"], values)


def confirmed(session: Session, event: Event, ctx: Books) -> None:
    """The customer agrees."""
    _answered(session, event, agreed=True)


def declined(session: Session, event: Event, ctx: Books) -> None:
    """The customer does not."""
    _answered(session, event, agreed=False)


def _answered(session: Session, event: Event, *, agreed: bool) -> None:
    data = event.data
    values = {"agreed": agreed, "answered_at": parse_time(data["at"]), "opinion": data["opinion"]}
    changes.fill(session, data["demand_id"], data["change"], values)
