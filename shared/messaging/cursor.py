"""The cursor of one stream at one consumer: what was applied, what waits, what stands. SQL only."""

from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import delete, exists, func, literal, select, update
from sqlalchemy.orm import Session

from shared.db import upsert
from shared.messaging.envelope import Event
from shared.messaging.tables import cursors, held, source_epochs


class Verdict(Enum):
    """What the gate says of an event."""

    APPLY = "apply"
    DUPLICATE = "duplicate"
    HOLD = "hold"
    EARLY = "early"  # of an epoch whose digest has not come yet
    STALE = "stale"  # of an epoch before the source's restore


def advance(session: Session, event: Event, *, retry: bool = False) -> tuple[Verdict, int]:
    """Move the cursor onto this event if it is the next one: one statement on the fast path.

    retry: the event is the one its blocked stream waits for. Returns the verdict and how many events of the
    stream are held. The caller applies the event in the same transaction.
    """
    for _ in range(3):
        moved = session.execute(_move(session, event, retry)).scalar_one_or_none()
        if moved is not None:
            return Verdict.APPLY, moved
        known = _known_epoch(session, event)
        if known is None:
            continue
        if known != event.epoch:
            return Verdict.STALE if known > _epoch(event) else Verdict.EARLY, 0
        row = session.execute(
            select(cursors.c.version, cursors.c.blocked, cursors.c.held).where(*_key(event)).with_for_update()
        ).one_or_none()
        if row is None:
            return Verdict.HOLD, 0
        if row.version >= event.version:
            return Verdict.DUPLICATE, row.held
        if row.version + 1 < _version(event):
            return Verdict.HOLD, row.held
        if row.blocked:  # the very event that waits for its retry or stands parked: its body is stored
            return Verdict.DUPLICATE, row.held
    raise RuntimeError("a cursor moved under its own lock")


def _move(session: Session, event: Event, retry: bool) -> Any:
    present = exists().where(source_epochs.c.source == event.source, source_epochs.c.epoch == event.epoch)
    free = [] if retry else [cursors.c.blocked.is_(False)]
    values: dict[str, Any] = {"version": event.version} | ({"blocked": False} if retry else {})
    if event.version == 1:
        new = {"source": event.source, "subject": event.subject, "version": 1, "held": 0, "blocked": False}
        row = select(*[literal(value, cursors.c[name].type) for name, value in new.items()]).where(present)
        return (
            upsert(session, cursors)
            .from_select(list(new), row)
            .on_conflict_do_update(
                index_elements=["source", "subject"], set_=values, where=_all([cursors.c.version == 0, *free])
            )
            .returning(cursors.c.held)
        )
    at = cursors.c.version == _version(event) - 1
    return update(cursors).where(*_key(event), at, present, *free).values(**values).returning(cursors.c.held)


def _known_epoch(session: Session, event: Event) -> int | None:
    """The epoch that the source was seen in; None: this is its first event, whose epoch was noted just now."""
    known = session.execute(
        select(source_epochs.c.epoch).where(source_epochs.c.source == event.source)
    ).scalar_one_or_none()
    if known is None:
        first = upsert(session, source_epochs).values(source=event.source, epoch=event.epoch)
        session.execute(first.on_conflict_do_nothing())
    return known


def _all(conditions: list[Any]) -> Any:
    result = conditions[0]
    for condition in conditions[1:]:
        result = result & condition
    return result


def _version(event: Event) -> int:
    assert event.version is not None
    return event.version


def _epoch(event: Event) -> int:
    assert event.epoch is not None
    return event.epoch


def _key(event: Event) -> tuple[Any, Any]:
    return cursors.c.source == event.source, cursors.c.subject == event.subject


def lock(session: Session, event: Event) -> int:
    """Lock the cursor of a stream, creating it at 0; returns the version applied so far."""
    ensure = upsert(session, cursors).values(
        source=event.source, subject=event.subject, version=0, held=0, blocked=False
    )
    session.execute(ensure.on_conflict_do_nothing())
    return session.execute(select(cursors.c.version).where(*_key(event)).with_for_update()).scalar_one()


def is_awaited(session: Session, event: Event) -> bool:
    """Lock a stream; whether this event is its next one, and not stored already for a retry or as parked."""
    version = lock(session, event)
    blocked = session.execute(select(cursors.c.blocked).where(*_key(event))).scalar_one()
    return version + 1 == event.version and not blocked


def block(session: Session, event: Event) -> None:
    """Let a stream wait; the caller holds its lock and has stored the event."""
    session.execute(update(cursors).where(*_key(event)).values(blocked=True))


def hold(
    session: Session, event: Event, body: str, reason: str, now: datetime, next_at: datetime | None = None
) -> None:
    """Keep an event that cannot be applied yet; a second copy changes nothing but its next try."""
    lock(session, event)
    row = {"epoch": event.epoch, "reason": reason, "body": body, "next_at": next_at}
    session.execute(
        upsert(session, held)
        .values(source=event.source, subject=event.subject, version=event.version, held_at=now, **row)
        .on_conflict_do_update(index_elements=["source", "subject", "version"], set_=row)
    )
    recount(session, event.source, event.subject)


def recount(session: Session, source: str, subject: str) -> None:
    """Set the number of held events on the cursor from the held rows themselves."""
    waiting = select(func.count()).where(held.c.source == source, held.c.subject == subject).scalar_subquery()
    session.execute(
        update(cursors).where(cursors.c.source == source, cursors.c.subject == subject).values(held=waiting)
    )


def next_held(session: Session, source: str, subject: str) -> str | None:
    """Forget held events that are applied by now; the body of the one whose turn it is, if it is there."""
    version = session.execute(
        select(cursors.c.version)
        .where(cursors.c.source == source, cursors.c.subject == subject, cursors.c.blocked.is_(False))
        .with_for_update()
    ).scalar_one_or_none()
    if version is None:
        return None
    stream = (held.c.source == source, held.c.subject == subject)
    session.execute(delete(held).where(*stream, held.c.version <= version))
    recount(session, source, subject)
    return session.execute(select(held.c.body).where(*stream, held.c.version == version + 1)).scalar_one_or_none()


def drop_held(session: Session, event: Event) -> None:
    """Remove a held event that was just applied."""
    session.execute(
        delete(held).where(
            held.c.source == event.source, held.c.subject == event.subject, held.c.version == event.version
        )
    )
    recount(session, event.source, event.subject)


def ready(session: Session, now: datetime, limit: int = 100) -> list[tuple[str, str]]:
    """Streams that hold an event whose turn has come: (source, subject)."""
    due = held.c.next_at.is_(None) | (held.c.next_at <= now)
    rows = session.execute(
        select(held.c.source, held.c.subject)
        .join(cursors, (cursors.c.source == held.c.source) & (cursors.c.subject == held.c.subject))
        .where(held.c.version <= cursors.c.version + 1, cursors.c.blocked.is_(False), due)
        .where(held.c.reason != "epoch")
        .distinct()
        .limit(limit)
    )
    return [(row.source, row.subject) for row in rows]
