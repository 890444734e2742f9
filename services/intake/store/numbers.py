"""Counters of numbers: one row per scope, taken in a short transaction of its own."""

from typing import Any

from sqlalchemy import func, select, text, union_all
from sqlalchemy.orm import Session

from services.intake.tables import Counter, Customer, Demand
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


def gaps(session: Session) -> dict[str, list[list[int]]]:
    """Scope -> ranges [first, last] of sequences that were taken and that no demand and no customer has.

    They come from refusals, repeats and crashes between taking a number and using it, and stay unused for ever.
    """
    used = union_all(
        *(select(one.number_scope.label("scope"), one.number_sequence.label("sequence")) for one in (Demand, Customer))
    ).subquery()
    lacking = (
        select(Counter.scope, Counter.value)
        .outerjoin(used, used.c.scope == Counter.scope)
        .group_by(Counter.scope, Counter.value)
        .having(func.count(used.c.sequence) < Counter.value)
        .order_by(Counter.scope)
    )
    return {scope: _unused(session, used, scope, last) for scope, last in session.execute(lacking).all()}


def _unused(session: Session, used: Any, scope: str, last: int) -> list[list[int]]:
    there = session.execute(select(used.c.sequence).where(used.c.scope == scope).order_by(used.c.sequence)).scalars()
    ranges, awaited = [], 1
    for sequence in (*there, last + 1):
        if sequence > awaited:
            ranges.append([awaited, sequence - 1])
        awaited = sequence + 1
    return ranges
