"""demand.split, demand.followed-up: parts of a demand become demands of their own."""

from typing import Any

from sqlalchemy.orm import Session

from services.intake.usecases.follow_demand import follow
from services.intake.usecases.spawn_demands import spawn
from shared.clock import business_now
from shared.messaging.envelope import Event
from shared.messaging.errors import Waiting


def split(session: Session, event: Event, ctx: Any) -> None:
    """Waits when the demand is not here yet."""
    _spawn(session, event, "split_from", ctx)


def followed_up(session: Session, event: Event, ctx: Any) -> None:
    """Waits when the demand is not here yet."""
    _spawn(session, event, "follow_up", ctx)


def _spawn(session: Session, event: Event, relation: str, ctx: Any) -> None:
    data = event.data
    done = spawn(
        session, data["demand_id"], data["parts"], relation, event_id=event.id, installed=ctx.rules, vault=ctx.vault,
        now=business_now(),
    )  # fmt: skip
    if not done or not follow(session, event):
        raise Waiting("demand")
