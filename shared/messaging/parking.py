"""Parked messages: what could not be handled, with its reason; nothing leaves this table but by a named person."""

from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from shared.clock import system_now
from shared.db import Database, upsert
from shared.ids import new_id
from shared.messaging.envelope import Event
from shared.messaging.tables import attempts, cursors, parked

log = structlog.get_logger()


class NotParked(LookupError):
    """No open parked message has this id, or it cannot be treated so."""


def park_event(session: Session, queue: str, event: Event, body: str, reason: str, trace: str, now: datetime) -> None:
    """Park an event of a stream once; the caller blocks the stream."""
    same = select(parked.c.id).where(
        parked.c.source == event.source,
        parked.c.subject == event.subject,
        parked.c.version == event.version,
        parked.c.reason == reason[:200],
        parked.c.resolution.is_(None),
    )
    if session.execute(same).first() is None:
        place = {"source": event.source, "subject": event.subject, "version": event.version}
        _insert(session, queue, body, reason, now, trace=trace, **place)


def park_unreadable(database: Database, queue: str, body: str, reason: str) -> None:
    """Park a message that belongs to no stream we can read."""
    with database.write() as session:
        _insert(session, queue, body, reason, system_now())
    log.error("message_parked", queue=queue, reason=reason)


def _insert(session: Session, queue: str, body: str, reason: str, now: datetime, **place: Any) -> None:
    session.execute(
        insert(parked).values(id=new_id(), queue=queue, body=body, reason=reason[:200], parked_at=now, **place)
    )


def list_parked(session: Session, *, everything: bool = False, limit: int = 200) -> list[dict[str, Any]]:
    """Open parked messages, oldest first, without their bodies; everything: the resolved ones too."""
    columns = [column for column in parked.c if column.name not in ("body", "trace")]
    query = select(*columns).order_by(parked.c.parked_at, parked.c.id).limit(limit)
    if not everything:
        query = query.where(parked.c.resolution.is_(None))
    return [dict(row._mapping) for row in session.execute(query)]


def show(session: Session, parked_id: str) -> dict[str, Any]:
    """One parked message with body and trace. NotParked when there is none."""
    row = session.execute(select(parked).where(parked.c.id == parked_id)).one_or_none()
    if row is None:
        raise NotParked(parked_id)
    return dict(row._mapping)


def redrive(session: Session, parked_id: str, by: str) -> None:
    """Hand a parked event to the worker again, at once; if it fails it is parked anew."""
    row = _open(session, parked_id)
    if row["version"] is None:
        raise NotParked("a message without a stream cannot be redriven; skip it")
    values = {
        "version": row["version"],
        "tries": 0,
        "next_at": system_now(),
        "error": "redriven",
        "body": row["body"],
    }
    session.execute(
        upsert(session, attempts)
        .values(source=row["source"], subject=row["subject"], **values)
        .on_conflict_do_update(index_elements=["source", "subject"], set_=values)
    )
    _resolve(session, parked_id, "redriven", by, "")


def skip(session: Session, parked_id: str, by: str, reason: str) -> None:
    """Give a parked message up for a stated reason; its stream goes on behind it, the row stays."""
    if not reason.strip():
        raise NotParked("skipping needs a reason")
    row = _open(session, parked_id)
    if row["version"] is not None:
        session.execute(
            update(cursors)
            .where(
                cursors.c.source == row["source"],
                cursors.c.subject == row["subject"],
                cursors.c.version == row["version"] - 1,
            )
            .values(version=row["version"], blocked=False)
        )
    _resolve(session, parked_id, "skipped", by, reason)


def _open(session: Session, parked_id: str) -> dict[str, Any]:
    row = session.execute(select(parked).where(parked.c.id == parked_id).with_for_update()).one_or_none()
    if row is None or row.resolution is not None:
        raise NotParked(parked_id)
    return dict(row._mapping)


def _resolve(session: Session, parked_id: str, resolution: str, by: str, reason: str) -> None:
    session.execute(
        update(parked)
        .where(parked.c.id == parked_id)
        .values(resolution=resolution, resolved_at=system_now(), resolved_by=by, resolve_reason=reason[:500])
    )
    log.warning("parked_resolved", resolution=resolution, actor=by)
