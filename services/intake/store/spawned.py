"""Demands that were made of parts of others: each part of an event once."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.intake.child_tables import Spawned
from shared.db import upsert


def claim(session: Session, event_id: str, part: str, number: str) -> bool:
    """Keep that a part became this number; False when it became a demand before."""
    statement = upsert(session, Spawned).values(event_id=event_id, part=part, number=number)
    return session.execute(statement.on_conflict_do_nothing().returning(Spawned.number)).first() is not None


def known(session: Session, event_id: str) -> set[str]:
    """The parts of an event that are demands already."""
    return set(session.execute(select(Spawned.part).where(Spawned.event_id == event_id)).scalars())


def count(session: Session) -> int:
    """How many there are, for the conservation check: no channel was told of them."""
    return session.execute(select(func.count()).select_from(Spawned)).scalar_one()
