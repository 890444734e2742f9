"""Counters of numbers: one row per scope, taken in a short transaction of its own."""

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from services.intake.tables import Counter
from shared.db import upsert


def prepare(session: Session) -> None:
    """Let PostgreSQL answer this commit before it is on disk.

    Safe: a later synchronous commit that uses the number also flushes this one, and a number lost with the
    crash was never used.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL synchronous_commit TO off"))


def take(session: Session, scope: str) -> int:
    """The next sequence of a scope, from 1; the scope stays locked until the commit."""
    statement = (
        upsert(session, Counter)
        .values(scope=scope, value=1)
        .on_conflict_do_update(index_elements=["scope"], set_={"value": Counter.value + 1})
        .returning(Counter.value)
    )
    return int(session.execute(statement).scalar_one())


def taken(session: Session, prefix: str) -> int:
    """How many numbers were ever taken from the scopes that begin so."""
    total = select(func.coalesce(func.sum(Counter.value), 0)).where(Counter.scope.startswith(prefix))
    return int(session.execute(total).scalar_one())
