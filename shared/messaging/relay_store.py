"""The SQL of the relay: which events are due, which were sent, who holds the lease."""

import fcntl
import os
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, exists, func, select, text, update
from sqlalchemy.orm import Session

from shared.db import Database
from shared.messaging.resend import ensure_state
from shared.messaging.tables import outbox, relay_state

_ADVISORY_KEY = 0x64656D61
LONGEST_BACKOFF = timedelta(seconds=60)


class LeaseLost(Exception):
    """Another relay took over while this one was frozen; whatever it knows is stale."""


class RelayLock:
    """One relay per database: an advisory lock in PostgreSQL, a file lock beside the SQLite file."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: Connection | None = None
        self._file: int | None = None

    def acquire(self) -> bool:
        """Try once; False while another process holds it."""
        if self._database.dialect == "sqlite":
            name = f"{self._database.engine.url.database}.relay-lock"
            self._file = os.open(name, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self.release()
                return False
            return True
        self._connection = self._database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        if self._connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": _ADVISORY_KEY}).scalar():
            return True
        self.release()
        return False

    def release(self) -> None:
        """Give the lock back; harmless when it is not held."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
        if self._connection is not None:
            self._connection.invalidate()  # ends the session, and with it the advisory lock
            self._connection.close()
            self._connection = None


def take_lease(session: Session, token: str) -> int:
    """Make token the only one that may mark events as sent; returns the source's epoch."""
    ensure_state(session)
    return session.execute(
        update(relay_state).where(relay_state.c.id == 1).values(lease_token=token).returning(relay_state.c.epoch)
    ).scalar_one()


def due(session: Session, now: datetime, flying: list[int], limit: int) -> list[Any]:
    """Unsent events that head their stream and need not wait, oldest first."""
    earlier = outbox.alias()
    blocked = exists().where(
        earlier.c.sent_at.is_(None),
        earlier.c.subject == outbox.c.subject,
        earlier.c.version < outbox.c.version,
    )
    query = (
        select(outbox)
        .where(outbox.c.sent_at.is_(None), outbox.c.next_at.is_(None) | (outbox.c.next_at <= now))
        .where(outbox.c.version.is_(None) | ~blocked)
        .order_by(outbox.c.seq)
        .limit(limit)
    )
    if flying:
        query = query.where(outbox.c.seq.not_in(flying))
    return list(session.execute(query))


def mark_sent(session: Session, token: str, seqs: list[int], now: datetime) -> None:
    """Mark confirmed events as sent. LeaseLost when the token is no longer the lease."""
    _hold_lease(session, token)
    session.execute(
        update(outbox).where(outbox.c.seq.in_(seqs), outbox.c.sent_at.is_(None)).values(sent_at=now, next_at=None)
    )


def back_off(session: Session, token: str, seq: int, tries: int, now: datetime) -> None:
    """An event came back unroutable or refused: its stream waits, others go on."""
    _hold_lease(session, token)
    wait = min(timedelta(seconds=0.5 * 2 ** min(tries, 10)), LONGEST_BACKOFF)
    session.execute(update(outbox).where(outbox.c.seq == seq).values(tries=tries + 1, next_at=now + wait))


def _hold_lease(session: Session, token: str) -> None:
    mine = session.execute(
        select(relay_state.c.id).where(relay_state.c.id == 1, relay_state.c.lease_token == token).with_for_update()
    ).first()
    if mine is None:
        raise LeaseLost(token)


def note_backlog(session: Session, now: datetime) -> tuple[int, datetime | None]:
    """Count what is unsent into the one row that intake's limit reads; returns (count, oldest)."""
    count, oldest = session.execute(
        select(func.count(), func.min(outbox.c.created_at)).where(outbox.c.sent_at.is_(None))
    ).one()
    session.execute(
        update(relay_state).where(relay_state.c.id == 1).values(unsent=count, oldest_unsent_at=oldest, updated_at=now)
    )
    return count, oldest
