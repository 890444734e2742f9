"""Notices: planned once, taken under a lease, settled once."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from services.notifier.domain.notices import LEASE, Outcome, Planned
from services.notifier.tables import Demand, Notice
from shared.db import upsert
from shared.ids import new_id

_OPEN = ("planned", "sending")


def plan(session: Session, *, demand_id: str, kind: str, audience: str, domain: str, now: datetime) -> None:
    """A notice by mail, unless this audience has one of this kind about this demand. now: system time."""
    notice_id = new_id()
    session.execute(
        upsert(session, Notice)
        .values(
            id=notice_id,
            demand_id=demand_id,
            kind=kind,
            audience=audience,
            carrier="email",
            state="planned",
            message_id=f"<{notice_id}@{domain}>",
            attempt=0,
            next_at=now,
            created_at=now,
        )
        .on_conflict_do_nothing()
    )


def take(session: Session, now: datetime) -> Planned | None:
    """Lease the notice that waits longest; one whose lease ran out counts as waiting. None when none is due."""
    due = (
        select(Notice.id)
        .where(Notice.next_at <= now, Notice.state.in_(_OPEN))
        .order_by(Notice.next_at, Notice.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    lease = new_id()
    taken = session.execute(
        update(Notice)
        .where(Notice.id == due)
        .values(state="sending", lease=lease, next_at=now + LEASE, attempt=Notice.attempt + 1)
        .returning(Notice.id)
    ).scalar_one_or_none()
    if taken is None:
        return None
    row = session.execute(
        select(
            Notice.id, Notice.demand_id, Demand.number, Notice.kind, Notice.audience, Notice.carrier, Notice.message_id,
            Notice.attempt, Notice.lease, Demand.policy, Demand.policy_version, Demand.language, Demand.customer_number,
            Demand.first_response_by,
        ).join(Demand, Demand.id == Notice.demand_id).where(Notice.id == taken)
    ).one()  # fmt: skip
    return Planned(**row._mapping)


def settle(session: Session, notice: Planned, outcome: Outcome, now: datetime, next_at: datetime | None) -> bool:
    """Record how an attempt ended; False when the lease is no longer this attempt's: somebody else took over."""
    ended = outcome.state != "retry"
    settled = session.execute(
        update(Notice)
        .where(Notice.id == notice.id, Notice.lease == notice.lease)
        .values(
            state=outcome.state if ended else "planned",
            reason=outcome.reason,
            lease=None,
            next_at=next_at,
            finished_at=now if ended else None,
        )
        .returning(Notice.id)
    )
    return settled.first() is not None


def count_open(session: Session) -> int:
    """How many notices are still to be sent."""
    return session.execute(select(func.count()).select_from(Notice).where(Notice.state.in_(_OPEN))).scalar_one()


def page(session: Session, *, after: str | None, limit: int) -> list[dict[str, Any]]:
    """Notices, the newest first; after: the id shown last."""
    query = (
        select(
            Notice.id, Demand.number, Notice.kind, Notice.audience, Notice.carrier, Notice.state, Notice.attempt,
            Notice.reason, Notice.created_at, Notice.finished_at,
        )
        .join(Demand, Demand.id == Notice.demand_id)
        .order_by(Notice.id.desc())
        .limit(limit)
    )  # fmt: skip
    if after is not None:
        query = query.where(Notice.id < after)
    return [dict(row) for row in session.execute(query).mappings()]


def any_due(session: Session, now: datetime) -> bool:
    """Whether a notice waits to be taken."""
    return (
        session.execute(select(Notice.id).where(Notice.next_at <= now, Notice.state.in_(_OPEN)).limit(1)).first()
        is not None
    )
