"""change.requested: the customer is asked about another plan; change.decided: what came of it."""

from typing import Any

from sqlalchemy.orm import Session

from services.intake.domain.records import ChangeRow
from services.intake.store import changes
from services.intake.usecases.follow_demand import follow
from shared.messaging.envelope import Event
from shared.messaging.errors import Waiting

_ASKED = ("what", "reason", "plan", "cost", "expected_finish", "before", "at", "approved_by")


def requested(session: Session, event: Event, ctx: Any) -> None:
    """Waits when the demand is not here yet."""
    data = event.data
    if not follow(session, event):
        raise Waiting("demand")
    asked = {name: data[name] for name in _ASKED}
    changes.add(session, ChangeRow(data["change"], data["demand_id"], data["change_number"], "open", asked))


def decided(session: Session, event: Event, ctx: Any) -> None:
    """Waits when the demand is not here yet."""
    data = event.data
    if not follow(session, event):
        raise Waiting("demand")
    changes.decide(session, data["change"], data["verdict"])
