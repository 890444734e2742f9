"""Changes of plans: what triage asks for and decides, and what the customer says to it through intake."""

from sqlalchemy.orm import Session

from services.reporting.handlers.parts import status_of
from services.reporting.store import changes, demands
from services.reporting.usecases.count_handling import Books
from shared.messaging.envelope import Event


def requested(session: Session, event: Event, ctx: Books) -> None:
    """Keeps what is asked for, beside the plan that stands."""
    data = event.data
    demands.fill(session, data["demand_id"], status_of(data))
    before = {**(demands.plan(session, data["demand_id"]) or {}), "expected_finish": data["before"]}
    asked = {name: data[name] for name in ("what", "reason", "plan", "cost", "expected_finish", "at", "by")}
    values = {"number": data["change_number"], "asked": {**asked, "before": before}, "approvals": []}
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
    values = {"decision": {name: data[name] for name in ("verdict", "party", "reason", "at")}}
    changes.fill(session, data["demand_id"], data["change"], values)


def confirmed(session: Session, event: Event, ctx: Books) -> None:
    """The customer agrees."""
    _answered(session, event, agreed=True)


def declined(session: Session, event: Event, ctx: Books) -> None:
    """The customer does not."""
    _answered(session, event, agreed=False)


def _answered(session: Session, event: Event, *, agreed: bool) -> None:
    data = event.data
    values = {"answer": {"agreed": agreed, "opinion": data["opinion"], "at": data["at"]}}
    changes.fill(session, data["demand_id"], data["change"], values)
