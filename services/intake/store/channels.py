"""Channels: found by the keyed hash of their key."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from services.intake.domain.records import ChannelRow
from services.intake.tables import Channel

_COLUMNS = (
    Channel.id, Channel.code, Channel.kind, Channel.policy, Channel.allowed_policies, Channel.department, Channel.form
)  # fmt: skip


def by_key_hash(session: Session, digest: str) -> ChannelRow | None:
    """The enabled channel whose key has this keyed hash."""
    return _one(session, Channel.key_hash == digest)


def by_id(session: Session, channel_id: str) -> ChannelRow | None:
    """The enabled channel with this id."""
    return _one(session, Channel.id == channel_id)


def by_code(session: Session, code: str) -> ChannelRow | None:
    """The enabled channel of that code."""
    return _one(session, Channel.code == code)


def with_form(session: Session, limit: int) -> list[ChannelRow]:
    """Enabled web channels that have a form, by code: those that anybody may find."""
    query = select(*_COLUMNS).where(Channel.form.is_not(None), Channel.kind == "web", Channel.disabled_at.is_(None))
    return [_row(one) for one in session.execute(query.order_by(Channel.code).limit(limit))]


def of_kinds(session: Session, kinds: Collection[str], limit: int) -> list[ChannelRow]:
    """Enabled channels of some kinds, by code."""
    query = select(*_COLUMNS).where(Channel.kind.in_(kinds), Channel.disabled_at.is_(None))
    return [_row(one) for one in session.execute(query.order_by(Channel.code).limit(limit))]


def eldest(session: Session) -> ChannelRow | None:
    """The enabled channel with a policy that was there first."""
    standing = (Channel.disabled_at.is_(None), Channel.policy != "")  # that of imports has none
    query = select(*_COLUMNS).where(*standing).order_by(Channel.created_at, Channel.id).limit(1)
    row = session.execute(query).one_or_none()
    return None if row is None else _row(row)


def code_taken(session: Session, code: str) -> bool:
    """Whether a channel of that code exists."""
    return session.execute(select(Channel.id).where(Channel.code == code)).first() is not None


def add(session: Session, row: ChannelRow, key_hash: str, now: datetime) -> None:
    """A new channel; the id comes with the row."""
    session.execute(
        insert(Channel).values(
            id=row.id,
            code=row.code,
            kind=row.kind,
            policy=row.policy,
            allowed_policies=list(row.allowed_policies),
            department=row.department,
            form=row.form,
            key_hash=key_hash,
            created_at=now,
        )
    )


def _one(session: Session, condition: object) -> ChannelRow | None:
    row = session.execute(select(*_COLUMNS).where(condition, Channel.disabled_at.is_(None))).one_or_none()  # type: ignore[arg-type]
    return None if row is None else _row(row)


def _row(row: Any) -> ChannelRow:
    return ChannelRow(row.id, row.code, row.kind, row.policy, tuple(row.allowed_policies), row.department, row.form)
