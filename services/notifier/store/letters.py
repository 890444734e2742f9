"""Letters of campaigns: planned once, taken under a lease, settled once."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from services.notifier.domain.mailings import LEASE, Campaign, Mailing
from services.notifier.domain.notices import Outcome
from services.notifier.tables import CampaignLetter as Row
from shared.db import upsert
from shared.ids import new_id

_OPEN = ("planned", "sending")
_TAKEN = [getattr(Row, name) for name in Mailing.__dataclass_fields__]
_SHOWN = (
    Row.id, Row.campaign, Row.customer_number, Row.state, Row.attempt, Row.reason, Row.created_at, Row.finished_at,
)  # fmt: skip


def plan(session: Session, campaign: Campaign, customers: Iterable[str], *, domain: str, now: datetime) -> None:
    """Plan one to each of these, but for those who have one of this campaign. now: system time."""
    common = {
        "campaign": campaign.code,
        "policy": campaign.policy,
        "policy_version": campaign.policy_version,
        "form": campaign.form,
        "state": "planned",
        "attempt": 0,
        "next_at": now,
        "created_at": now,
    }
    rows = [
        {**common, "id": letter_id, "customer_number": number, "message_id": f"<{letter_id}@{domain}>"}
        for number in customers
        for letter_id in [new_id()]
    ]
    if rows:
        session.execute(upsert(session, Row.__table__).on_conflict_do_nothing(), rows)


def give_up(session: Session, campaign: str, reason: str, now: datetime) -> None:
    """Fail what of a campaign waits to be sent; what is under way ends by itself."""
    session.execute(
        update(Row)
        .where(Row.campaign == campaign, Row.state == "planned")
        .values(state="failed", reason=reason, next_at=None, finished_at=now)
    )


def any_due(session: Session, now: datetime) -> bool:
    """Whether a letter waits to be taken."""
    return session.execute(select(Row.id).where(*_due(now)).limit(1)).first() is not None


def take(session: Session, now: datetime) -> Mailing | None:
    """Lease the letter that waits longest; one whose lease ran out counts as waiting. None when none is due."""
    due = select(Row.id).where(*_due(now)).order_by(Row.next_at, Row.id).limit(1).with_for_update(skip_locked=True)
    taken = session.execute(
        update(Row)
        .where(Row.id == due.scalar_subquery())
        .values(state="sending", lease=new_id(), next_at=now + LEASE, attempt=Row.attempt + 1)
        .returning(*_TAKEN)
    ).first()
    return None if taken is None else Mailing(*taken)


def settle(session: Session, mailing: Mailing, outcome: Outcome, now: datetime, next_at: datetime | None) -> bool:
    """Record how an attempt ended; False when the lease is no longer this attempt's: somebody else took over."""
    ended = outcome.state != "retry"
    settled = session.execute(
        update(Row)
        .where(Row.id == mailing.id, Row.lease == mailing.lease)
        .values(
            state=outcome.state if ended else "planned",
            reason=outcome.reason,
            lease=None,
            next_at=next_at,
            finished_at=now if ended else None,
        )
        .returning(Row.id)
    )
    return settled.first() is not None


def send_again(session: Session, letter_id: str, now: datetime) -> dict[str, Any] | None:
    """Plan a settled letter anew under its old message id; it as it is shown, or None when it is not settled."""
    again = (
        update(Row)
        .where(Row.id == letter_id, Row.state.not_in(_OPEN))
        .values(state="planned", attempt=0, reason=None, next_at=now, finished_at=None)
        .returning(Row.id)
    )
    return None if session.execute(again).first() is None else find(session, letter_id)


def find(session: Session, letter_id: str) -> dict[str, Any] | None:
    """A letter as it is shown."""
    row = session.execute(select(*_SHOWN).where(Row.id == letter_id)).mappings().first()
    return None if row is None else dict(row)


def count_open(session: Session) -> int:
    """How many letters are still to be sent."""
    return session.execute(select(func.count()).select_from(Row).where(Row.state.in_(_OPEN))).scalar_one()


def page(session: Session, wanted: Mapping[str, str], *, after: str | None, limit: int) -> list[dict[str, Any]]:
    """Letters as they are shown, the newest first. wanted: {campaign, state}; after: the id shown last."""
    query = select(*_SHOWN).order_by(Row.id.desc()).limit(limit)
    columns = {"campaign": Row.campaign, "state": Row.state}
    for name, value in wanted.items():
        query = query.where(columns[name] == value)
    if after is not None:
        query = query.where(Row.id < after)
    return [dict(row) for row in session.execute(query).mappings()]


def _due(now: datetime) -> tuple[Any, ...]:
    return Row.next_at <= now, Row.state.in_(_OPEN)
