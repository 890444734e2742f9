"""Timers: found by the moment of their next ring."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from services.notifier.domain.timers import TimerRow
from services.notifier.tables import Timer
from shared.db import upsert


def of_demand(session: Session, demand_id: str) -> list[TimerRow]:
    """All timers of a demand, locked until the commit."""
    query = select(Timer).where(Timer.demand_id == demand_id).order_by(Timer.id).with_for_update()
    return [_row(timer) for timer in session.execute(query).scalars()]


def replace(session: Session, before: Sequence[TimerRow], timers: Sequence[TimerRow]) -> None:
    """A demand's whole set of timers in the place of what it had before."""
    gone = {timer.id for timer in before} - {timer.id for timer in timers}
    if gone:
        session.execute(delete(Timer).where(Timer.id.in_(gone)))
    changed = [vars(timer) for timer in timers if timer not in before]
    if changed:
        add = upsert(session, Timer).values(changed)
        columns = {name: add.excluded[name] for name in changed[0] if name != "id"}
        session.execute(add.on_conflict_do_update(index_elements=["id"], set_=columns))


def due(session: Session, now: datetime, limit: int) -> list[TimerRow]:
    """Timers whose ring is due, the most overdue first."""
    query = select(Timer).where(Timer.next_at <= now).order_by(Timer.next_at, Timer.id).limit(limit)
    return [_row(timer) for timer in session.execute(query).scalars()]


def move(session: Session, before: TimerRow, after: TimerRow) -> bool:
    """Take a ring, unless somebody took it or the timer was set anew meanwhile."""
    taken = session.execute(
        update(Timer)
        .where(Timer.id == before.id, Timer.stage == before.stage, Timer.next_at == before.next_at)
        .values(stage=after.stage, next_at=after.next_at)
        .returning(Timer.id)
    )
    return taken.first() is not None


def next_ring(session: Session) -> datetime | None:
    """When the next timer rings; None while none waits."""
    return session.execute(select(func.min(Timer.next_at))).scalar_one()


def count_due(session: Session, now: datetime) -> int:
    """How many rings are overdue."""
    return session.execute(select(func.count()).select_from(Timer).where(Timer.next_at <= now)).scalar_one()


def page(
    session: Session, *, state: str | None, due_before: datetime | None, after: tuple[Any, ...] | None, limit: int
) -> list[TimerRow]:
    """Timers by due_at and id. state: open (still to ring), done or None for all."""
    query = select(Timer).order_by(Timer.due_at, Timer.id).limit(limit)
    if state == "open":
        query = query.where(Timer.stage != "done")
    elif state == "done":
        query = query.where(Timer.stage == "done")
    if due_before is not None:
        query = query.where(Timer.due_at < due_before)
    if after is not None:
        moment, timer_id = after
        query = query.where((Timer.due_at > moment) | ((Timer.due_at == moment) & (Timer.id > timer_id)))
    return [_row(timer) for timer in session.execute(query).scalars()]


def _row(timer: Timer) -> TimerRow:
    return TimerRow(
        id=timer.id,
        demand_id=timer.demand_id,
        code=timer.code,
        kind=timer.kind,
        due_at=timer.due_at,
        stage=timer.stage,
        next_at=timer.next_at,
        paused_at=timer.paused_at,
    )
