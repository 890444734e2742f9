"""Who is told by webhook."""

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from services.notifier.domain.webhooks import Subscription
from services.notifier.tables import Subscription as Row

_ALL = Row.__table__.columns


def listening(session: Session, policy: str) -> list[Subscription]:
    """Active ones that hear of demands under a policy."""
    query = select(*_ALL).where(Row.active, Row.policy.is_(None) | (Row.policy == policy)).order_by(Row.id)
    return [Subscription(**row) for row in session.execute(query).mappings()]


def find(session: Session, subscription_id: str) -> Subscription | None:
    """One of them."""
    row = session.execute(select(*_ALL).where(Row.id == subscription_id)).mappings().first()
    return None if row is None else Subscription(**row)


def lock(session: Session, subscription_id: str) -> Subscription | None:
    """One of them, locked until the commit."""
    row = session.execute(select(*_ALL).where(Row.id == subscription_id).with_for_update()).mappings().first()
    return None if row is None else Subscription(**row)


def page(session: Session, *, after: str | None, limit: int) -> list[Subscription]:
    """All of them by id, the oldest first; after: the id shown last."""
    query = select(*_ALL).order_by(Row.id).limit(limit)
    if after is not None:
        query = query.where(Row.id > after)
    return [Subscription(**row) for row in session.execute(query).mappings()]


def add(session: Session, row: Subscription) -> None:
    """A new one."""
    session.execute(insert(Row).values(**vars(row)))


def change(session: Session, row: Subscription) -> None:
    """Replace all of one; the caller holds the lock."""
    session.execute(update(Row).where(Row.id == row.id).values(**vars(row)))


def end(session: Session, subscription_id: str) -> None:
    """Its receiver wants no more."""
    session.execute(update(Row).where(Row.id == subscription_id).values(active=False, version=Row.version + 1))
