"""demand.merged, demand.unmerged: where the customer's later words go."""

from typing import Any

from sqlalchemy.orm import Session

from services.intake.usecases.follow_demand import follow
from shared.messaging.envelope import Event
from shared.messaging.errors import Waiting


def merged(session: Session, event: Event, ctx: Any) -> None:
    """Waits when the demand is not here yet."""
    _follow(session, event, event.data["into"]["demand_id"])


def unmerged(session: Session, event: Event, ctx: Any) -> None:
    """Waits when the demand is not here yet."""
    _follow(session, event, None)


def _follow(session: Session, event: Event, into: str | None) -> None:
    if not follow(session, event, merged_into=into):
        raise Waiting("demand")
