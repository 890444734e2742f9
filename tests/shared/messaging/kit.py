"""What these tests have in common: a table of effects, events, gates, threads and child processes."""

import os
import signal
import subprocess
import sys
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pika
from sqlalchemy import Column, Integer, MetaData, String, Table, insert, select, text, update

from shared.clock import system_now
from shared.db import Database
from shared.messaging import outbox, parking, tables
from shared.messaging.envelope import Event, encode, full_type
from shared.messaging.gate import Gate
from shared.testing.wait import wait_until

ROOT = Path(__file__).resolve().parents[3]
metadata = MetaData()
applied = Table(
    "applied",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("source", String(20), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("version", Integer, nullable=False),
)
"""One row per effect, without a unique key: a second effect must be seen, not prevented."""

ONE, OTHER = "demand/1", "demand/2"
Hook = Callable[[Event], None]


def open_database(url: str) -> Database:
    """A database with the messaging tables and the table of effects."""
    database = Database(url)
    tables.metadata.create_all(database.engine)
    metadata.create_all(database.engine)
    return database


def record(session: Any, event: Event, hook: Hook | None) -> None:
    """The handler of these tests: one effect, then the hook, so that a raising hook must undo the effect."""
    session.execute(insert(applied).values(source=event.source, subject=event.subject, version=event.version))
    if hook:
        hook(event)


HANDLERS = {"demand.received.v1": record, "demand.triaged.v1": record}


class Switch:
    """A hook that raises while it is on, and counts how often it was asked."""

    def __init__(self, error: Exception, version: int = 1, subject: str = ONE) -> None:
        self.error, self.place, self.on, self.asked = error, (subject, version), True, 0

    def __call__(self, event: Event) -> None:
        if (event.subject, event.version) == self.place:
            self.asked += 1
            if self.on:
                raise self.error


def make_gate(database: Database, hook: Hook | None = None, service: str = "triage") -> Gate:
    """A gate whose handlers record effects."""
    return Gate(service, database, HANDLERS, hook)


def make_event(
    version: int | None = 1,
    subject: str = "demand/1",
    *,
    kind: str = "demand.received",
    source: str = "intake",
    epoch: int = 1,
    data: dict[str, Any] | None = None,
) -> Event:
    """An event as its source would send it; the id follows from its place, so that copies are copies."""
    return Event(
        id=f"{source}.{subject}.{version}"[:64],
        source=source,
        type=full_type(kind, 1),
        subject=subject,
        version=version,
        epoch=None if version is None else epoch,
        time=datetime(2024, 1, 1, tzinfo=UTC),
        data=data or {},
    )


def body_of(version: int | None = 1, subject: str = "demand/1", **more: Any) -> bytes:
    """make_event(), encoded."""
    return encode(make_event(version, subject, **more))


def publish(database: Database, subject: str = "demand/1", *, source: str = "intake", **more: Any) -> int:
    """One event through the outbox in a transaction of its own; returns its version."""
    with database.write() as session:
        version = outbox.next_version(session, subject)
        kind = {"intake": "demand.received", "triage": "demand.triaged"}[source]
        values = {"type": kind, "data": {}, "now": system_now(), **more}
        outbox.publish(session, source=source, subject=subject, version=version, **values)
    return version


def effects(database: Database) -> dict[str, list[int]]:
    """Subject -> versions in the order of their effects."""
    found: dict[str, list[int]] = defaultdict(list)
    for row in rows(database, applied):
        found[row.subject].append(row.version)
    return dict(found)


def rows(database: Database, table: Table) -> list[Any]:
    """All rows of a table, in the order of its key."""
    with database.read() as session:
        return list(session.execute(select(table).order_by(*table.primary_key.columns)))


def open_parked(database: Database) -> list[dict[str, Any]]:
    """What waits for a person, as the operator sees it."""
    with database.read() as session:
        return parking.list_parked(session)


def unsent(database: Database) -> int:
    """How many events still wait in the outbox."""
    return sum(row.sent_at is None for row in rows(database, tables.outbox))


def make_due(database: Database) -> None:
    """Let every wait be over: retries, held events, resend requests, streams that backed off."""
    past = system_now() - timedelta(hours=1)
    with database.write() as session:
        session.execute(update(tables.attempts).where(tables.attempts.c.next_at.is_not(None)).values(next_at=past))
        session.execute(update(tables.held).where(tables.held.c.next_at.is_not(None)).values(next_at=past))
        session.execute(update(tables.held).values(held_at=past))
        session.execute(update(tables.outbox).where(tables.outbox.c.next_at.is_not(None)).values(next_at=past))


def state(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Everything the messaging tables and the effects say."""
    every = [*tables.metadata.sorted_tables, applied]
    return {table.name: [tuple(row) for row in rows(database, table)] for table in every}


def end_sessions(database: Database) -> None:
    """PostgreSQL: end every session of this database but the one that asks."""
    with database.engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )


@contextmanager
def running(*parts: Callable[[threading.Event], None]) -> Iterator[None]:
    """Parts of a worker, each in a thread, until the block ends."""
    stop = threading.Event()
    threads = [threading.Thread(target=part, args=(stop,), daemon=True) for part in parts]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(20)
        assert not any(thread.is_alive() for thread in threads)


@contextmanager
def channel_of(url: str) -> Iterator[Any]:
    """A plain channel with confirms, for what a test does by hand."""
    connection = pika.BlockingConnection(pika.URLParameters(url))
    try:
        channel = connection.channel()
        channel.confirm_delivery()
        yield channel
    finally:
        if connection.is_open:
            connection.close()


def take(url: str, queue: str, count: int, seconds: float = 20) -> list[tuple[Any, Any, bytes]]:
    """The next messages of a queue, acknowledged: (method, properties, body)."""
    found: list[tuple[Any, Any, bytes]] = []
    with channel_of(url) as channel:

        def enough() -> bool:
            while len(found) < count:
                method, properties, body = channel.basic_get(queue, auto_ack=True)
                if method is None:
                    return False
                found.append((method, properties, body))
            return True

        wait_until(enough, seconds, f"{count} messages in {queue}, saw {len(found)}")
    return found


def depth(url: str, queue: str) -> int:
    """How many messages are ready in a queue."""
    with channel_of(url) as channel:
        return int(channel.queue_declare(queue, passive=True).method.message_count)


class Child:
    """A worker in a process of its own, which a test may freeze and kill."""

    def __init__(self, service: str, database: str, broker: str, log: Path, **environ: str) -> None:
        command = [sys.executable, "-m", "tests.shared.messaging.worker_process", service, database, broker]
        self._environ: Mapping[str, str] = {**os.environ, **environ}
        self._command, self._log = command, log
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as out:
            return subprocess.Popen(
                self._command, env=dict(self._environ), cwd=ROOT, stdout=out, stderr=subprocess.STDOUT
            )

    @property
    def log(self) -> str:
        """What it wrote so far."""
        return self._log.read_text("utf-8")

    @property
    def frozen(self) -> bool:
        """Whether the process is stopped by a signal."""
        status = Path(f"/proc/{self.process.pid}/stat").read_text("utf-8")
        return status.rpartition(")")[2].split()[0] == "T"

    def wait_started(self) -> None:
        """Wait until its parts run and it listens to signals."""
        wait_until(lambda: "worker_started" in self.log, what="the worker process started")

    def restart(self) -> None:
        """Start it anew after its end."""
        assert self.process.returncode is not None
        self.process = self._start()

    def wait_killed(self) -> None:
        """Wait until it died of SIGKILL."""
        assert self.process.wait(30) == -signal.SIGKILL

    def wake(self) -> None:
        """SIGCONT."""
        self.process.send_signal(signal.SIGCONT)

    def end(self) -> int:
        """SIGTERM and wait; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(10)

    def kill(self) -> None:
        """kill -9, whatever its state; harmless when it is gone."""
        with suppress(ProcessLookupError):
            self.process.kill()
        self.process.wait(10)
