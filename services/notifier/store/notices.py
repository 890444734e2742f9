"""Notices: planned once, taken under a lease, settled once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session, aliased

from services.notifier.domain.causes import Cause
from services.notifier.domain.notices import LEASE, Outcome, Planned, Reached, Wanted
from services.notifier.tables import Demand, Notice
from shared.db import upsert
from shared.ids import new_id

_OPEN = ("planned", "sending")
_TAKEN = (
    Notice.id, Notice.demand_id, Demand.number, Notice.event, Notice.cause, Notice.happened_at, Notice.kind,
    Notice.audience, Notice.recipient, Notice.carrier, Notice.wording, Notice.facts, Notice.message_id, Notice.attempt,
    Notice.lease, Demand.policy, Demand.policy_version, Demand.language, Demand.customer_number, Demand.lead,
    Demand.handler_id,
)  # fmt: skip
_SHOWN = (
    Notice.id, Demand.number, Notice.kind, Notice.event, Notice.audience, Notice.recipient, Notice.carrier,
    Notice.state, Notice.attempt, Notice.reason, Notice.why, Notice.instead_of, Notice.happened_at, Notice.created_at,
    Notice.finished_at,
)  # fmt: skip


def plan(
    session: Session, demand_id: str, cause: Cause, wanted: Sequence[Wanted], *, domain: str, now: datetime
) -> None:
    """Plan these, but for recipients who have one of this kind from this cause. now: system time."""
    common = {
        "demand_id": demand_id,
        "event": cause.event,
        "cause": cause.key,
        "happened_at": cause.at,
        "facts": dict(cause.facts),
        "state": "planned",
        "attempt": 0,
        "next_at": now,
        "created_at": now,
    }
    ids = [new_id() for _ in wanted]
    rows = [
        {**common, **vars(one), "id": notice_id, "message_id": _message_id(one.carrier, notice_id, domain)}
        for notice_id, one in zip(ids, wanted, strict=True)
    ]
    session.execute(upsert(session, Notice).values(rows).on_conflict_do_nothing())


def take(session: Session, carrier: str, now: datetime) -> Planned | None:
    """Lease the notice that waits longest; one whose lease ran out counts as waiting. None when none is due.

    Of the webhooks to one receiver only one is under way at a time, so that a slow one holds up none but itself.
    """
    due = (
        select(Notice.id)
        .where(*_due(carrier, now))
        .order_by(Notice.next_at, Notice.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if carrier == "webhook":
        other = aliased(Notice)
        busy = select(other.id).where(
            other.recipient == Notice.recipient, other.state == "sending", other.next_at > now
        )
        due = due.where(~busy.exists())
    lease = new_id()
    taken = session.execute(
        update(Notice)
        .where(Notice.id == due.scalar_subquery())
        .values(state="sending", lease=lease, next_at=now + LEASE, attempt=Notice.attempt + 1)
        .returning(Notice.id)
    ).scalar_one_or_none()
    if taken is None:
        return None
    query = select(*_TAKEN).join(Demand, Demand.id == Notice.demand_id).where(Notice.id == taken)
    return Planned(**session.execute(query).mappings().one())


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


def address(session: Session, notice: Planned, people: Sequence[Reached], *, domain: str, now: datetime) -> bool:
    """Put a notice to each of these people in the place of one to an audience; False as in settle().

    Who has one of this kind from this cause already, by another of its audiences, gets no second one.
    """
    mine = delete(Notice).where(Notice.id == notice.id, Notice.lease == notice.lease).returning(Notice.id)
    if session.execute(mine).first() is None:
        return False
    wanted = [
        Wanted(
            notice.kind, notice.audience, f"staff:{one.staff_id}", notice.carrier, notice.wording, one.why,
            one.instead_of,
        )
        for one in people
    ]  # fmt: skip
    cause = Cause(notice.event, notice.cause, notice.happened_at, notice.facts)
    plan(session, notice.demand_id, cause, wanted, domain=domain, now=now)
    return True


def send_again(session: Session, notice_id: str, now: datetime) -> dict[str, Any] | None:
    """Plan a settled notice anew under its old message id; it as it is shown, or None when it is not settled."""
    again = (
        update(Notice)
        .where(Notice.id == notice_id, Notice.state.not_in(_OPEN))
        .values(state="planned", attempt=0, reason=None, next_at=now, finished_at=None)
        .returning(Notice.id)
    )
    return None if session.execute(again).first() is None else find(session, notice_id)


def find(session: Session, notice_id: str) -> dict[str, Any] | None:
    """A notice as it is shown."""
    query = select(*_SHOWN).join(Demand, Demand.id == Notice.demand_id).where(Notice.id == notice_id)
    row = session.execute(query).mappings().first()
    return None if row is None else dict(row)


def count_open(session: Session) -> int:
    """How many notices are still to be sent."""
    return session.execute(select(func.count()).select_from(Notice).where(Notice.state.in_(_OPEN))).scalar_one()


def page(session: Session, wanted: Mapping[str, str], *, after: str | None, limit: int) -> list[dict[str, Any]]:
    """Notices as they are shown, the newest first. wanted: {number, kind, state, carrier}; after: the id shown last."""
    query = select(*_SHOWN).join(Demand, Demand.id == Notice.demand_id).order_by(Notice.id.desc()).limit(limit)
    columns = {"number": Demand.number, "kind": Notice.kind, "state": Notice.state, "carrier": Notice.carrier}
    for name, value in wanted.items():
        query = query.where(columns[name] == value)
    if after is not None:
        query = query.where(Notice.id < after)
    return [dict(row) for row in session.execute(query).mappings()]


def any_due(session: Session, carrier: str, now: datetime) -> bool:
    """Whether a notice waits to be taken."""
    return session.execute(select(Notice.id).where(*_due(carrier, now)).limit(1)).first() is not None


def _due(carrier: str, now: datetime) -> tuple[Any, ...]:
    return Notice.carrier == carrier, Notice.next_at <= now, Notice.state.in_(_OPEN)


def _message_id(carrier: str, notice_id: str, domain: str) -> str:
    return f"<{notice_id}@{domain}>" if carrier == "email" else notice_id
