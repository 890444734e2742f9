"""Attempts at events whose handling failed; the stream waits for the next try, others flow."""

import random
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from shared.db import upsert
from shared.messaging.envelope import Event
from shared.messaging.tables import attempts, cursors

FIRST_DELAY = timedelta(seconds=0.5)
LONGEST_DELAY = timedelta(minutes=5)
CLAIM = timedelta(seconds=15)
"""A retry that neither succeeds nor fails within this time died with its process."""


def backoff(tries: int) -> timedelta:
    """How long to wait after so many tries: doubling, capped, with jitter."""
    return min(FIRST_DELAY * 2 ** min(tries, 20), LONGEST_DELAY) * random.uniform(0.75, 1.25)


def note(session: Session, event: Event, body: str, error: str, now: datetime | None, *, counted: bool = False) -> int:
    """Count one try; returns how many there were. The caller holds the stream's lock.

    now None: handling begins, no retry is planned yet. counted: this try was counted when it began.
    """
    found = session.execute(
        select(attempts.c.version, attempts.c.tries).where(
            attempts.c.source == event.source, attempts.c.subject == event.subject
        )
    ).one_or_none()
    before = found.tries if found and found.version == event.version else 0
    tries = max(before + (not counted), 1)
    row = {
        "version": event.version,
        "tries": tries,
        "next_at": now + backoff(tries) if now else None,
        "error": error[:200],
        "body": body,
    }
    session.execute(
        upsert(session, attempts)
        .values(source=event.source, subject=event.subject, **row)
        .on_conflict_do_update(index_elements=["source", "subject"], set_=row)
    )
    return tries


def claim(session: Session, event: Event, now: datetime) -> int | None:
    """Count a due retry before it begins, so that one that kills its process is not tried for ever.

    Returns how many tries there were with this one; None when another worker took it.
    """
    mine = update(attempts).where(*_key(event), attempts.c.next_at <= now)
    return session.execute(
        mine.values(tries=attempts.c.tries + 1, next_at=now + CLAIM).returning(attempts.c.tries)
    ).scalar_one_or_none()


def take_back(session: Session, event: Event) -> None:
    """A try that was counted ended by trouble of the database: it does not count."""
    session.execute(update(attempts).where(*_key(event)).values(tries=attempts.c.tries - 1))


def forget(session: Session, event: Event) -> None:
    """The event was applied, parked or skipped."""
    session.execute(delete(attempts).where(*_key(event)))


def _key(event: Event) -> tuple[Any, ...]:
    return attempts.c.source == event.source, attempts.c.subject == event.subject, attempts.c.version == event.version


def due(session: Session, now: datetime, limit: int = 100) -> list[str]:
    """Bodies of the events whose next try is due."""
    return list(
        session.execute(
            select(attempts.c.body).where(attempts.c.next_at <= now).order_by(attempts.c.next_at).limit(limit)
        ).scalars()
    )


def forget_applied(session: Session) -> None:
    """Drop rows of events that were applied since by another way, such as a resent copy."""
    applied = (
        select(cursors.c.version)
        .where(cursors.c.source == attempts.c.source, cursors.c.subject == attempts.c.subject)
        .scalar_subquery()
    )
    session.execute(delete(attempts).where(attempts.c.version <= applied))
