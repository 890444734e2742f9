"""The relay: sends the outbox to the broker with confirms, one event of a stream in flight at a time."""

import random
import threading
from typing import Any
from urllib.parse import unquote, urlsplit

import pika
import structlog
from pika.adapters.select_connection import SelectConnection

from shared.clock import monotonic, system_now
from shared.crashpoint import crashpoint
from shared.db import Database
from shared.ids import new_id
from shared.messaging import metrics, relay_store, resend
from shared.messaging.broker import drop, parameters, silence_pika
from shared.messaging.envelope import CONTENT_TYPE, encode
from shared.messaging.outbox import as_event
from shared.messaging.relay_store import RelayLock
from shared.messaging.topology import RESEND

WINDOW = 200
POLL_SECONDS = 0.05
BACKLOG_SECONDS = 2.0
ANSWER_PAUSE_SECONDS = 1.0
MANDATORY = True
log = structlog.get_logger()


class Relay:
    """Runs until stopped; every fault ends one connection, and the next one starts from the database alone."""

    def __init__(self, service: str, database: Database, broker_url: str) -> None:
        self._service = service
        self._database = database
        self._url = broker_url

    def run(self, stop: threading.Event) -> None:
        """Relay events until stop is set. Database and broker trouble is logged and survived."""
        silence_pika()
        failures = 0
        while not stop.is_set():
            lock = RelayLock(self._database)
            try:
                if lock.acquire():
                    session = RelaySession(self._service, self._database, self._url, stop)
                    session.run()
                    failures = 0 if session.opened else failures + 1
                    if session.reason:
                        log.warning("relay_connection_lost", reason=session.reason)
            except Exception as error:  # noqa: BLE001 - whatever it was, the next connection starts clean
                failures += 1
                log.warning("relay_failed", error=type(error).__name__)
            finally:
                lock.release()
            stop.wait(min(0.2 * 2 ** min(failures, 7), 30) * random.uniform(0.5, 1.5))


class RelaySession:
    """One connection's life: what is in flight on it, and what the broker said of it."""

    def __init__(self, service: str, database: Database, url: str, stop: threading.Event) -> None:
        self._service, self._database, self._stop = service, database, stop
        self._token = new_id()
        self._user = unquote(urlsplit(url).username or "guest")
        self._flying: dict[int, Any] = {}  # delivery tag -> outbox row
        self._answer: dict[int, Any] = {}  # delivery tag -> row of a resend
        self._asked: Any = None
        self._answer_failed = False
        self._answer_at = 0.0
        self._returned: set[str] = set()
        self._confirmed: list[int] = []
        self._tag = 0
        self._backlog_at = 0.0
        self._epoch = 1
        self._channel: Any = None
        self._error: Exception | None = None
        self._woken = False
        self.opened = False
        self.reason = ""
        self._connection = SelectConnection(
            parameters(url),
            on_open_callback=lambda connection: connection.channel(on_open_callback=self._ready),
            on_open_error_callback=lambda _connection, error: self._end(type(error).__name__),
            on_close_callback=lambda _connection, error: self._end(type(error).__name__),
        )

    def run(self) -> None:
        """Serve until stopped or broken; raises what a database call raised."""
        with self._database.write() as session:
            self._epoch = relay_store.take_lease(session, self._token)
        try:
            self._connection.ioloop.start()
        finally:
            drop(self._connection)
        if self._error:
            raise self._error

    def _ready(self, channel: Any) -> None:
        self._channel = channel
        self.opened = True
        channel.add_on_close_callback(lambda _channel, error: self._end(f"channel: {error}"[:100]))
        channel.add_on_return_callback(self._on_return)
        channel.confirm_delivery(self._on_confirm, callback=lambda _frame: self._tick())

    def _end(self, reason: str) -> None:
        if not self._stop.is_set():
            self.reason = reason
        self._connection.ioloop.stop()

    def _tick(self) -> None:
        try:
            self._flush()
            if self._stop.is_set() and not self._flying:
                self._connection.ioloop.stop()
                return
            if not self._stop.is_set():
                self._send_due()
                self._answer_resends()
            self._note_backlog()
        except Exception as error:  # noqa: BLE001 - leaves the loop; run() raises it again
            self._error = error
            self._connection.ioloop.stop()
            return
        self._connection.ioloop.call_later(POLL_SECONDS, self._tick)

    def _send_due(self) -> None:
        free = WINDOW - len(self._flying)
        if free <= 0:
            return
        with self._database.read() as session:
            flying = [row.seq for row in self._flying.values()]
            rows = relay_store.due(session, system_now(), flying, free)
        for row in rows:
            self._flying[self._publish(row, row.exchange, row.routing_key)] = row
            crashpoint("relay.after_publish")

    def _publish(self, row: Any, exchange: str, key: str) -> int:
        event = as_event(row, self._service, self._epoch)
        properties = pika.BasicProperties(
            content_type=CONTENT_TYPE,
            delivery_mode=2,
            message_id=row.event_id,
            user_id=self._user,
            type=event.type,
        )
        self._channel.basic_publish(exchange, key, encode(event), properties, mandatory=MANDATORY)
        self._tag += 1
        return self._tag

    def _on_return(self, _channel: Any, _method: Any, properties: Any, _body: bytes) -> None:
        self._returned.add(properties.message_id)

    def _on_confirm(self, frame: Any) -> None:
        last, refused = frame.method.delivery_tag, isinstance(frame.method, pika.spec.Basic.Nack)
        first = min([*self._flying, *self._answer, last]) if frame.method.multiple else last
        for tag in range(first, last + 1):
            if tag in self._flying:
                self._settle(self._flying.pop(tag), refused)
            elif tag in self._answer:
                event_id = self._answer.pop(tag).event_id
                self._answer_failed |= refused or event_id in self._returned
                self._returned.discard(event_id)
        if not self._woken:
            self._woken = True
            self._connection.ioloop.call_later(0, self._wake)

    def _wake(self) -> None:
        """Mark and go on as soon as confirms arrive, so that a stream's next event need not wait for a poll."""
        self._woken = False
        try:
            self._flush()
            if not self._stop.is_set():
                self._send_due()
        except Exception as error:  # noqa: BLE001 - leaves the loop; run() raises it again
            self._error = error
            self._connection.ioloop.stop()

    def _settle(self, row: Any, refused: bool) -> None:
        if refused or row.event_id in self._returned:
            self._returned.discard(row.event_id)
            with self._database.write() as session:
                relay_store.back_off(session, self._token, row.seq, row.tries, system_now())
            log.error(
                "publish_refused" if refused else "publish_unroutable",
                subject=row.subject,
                key=row.routing_key,
            )
            metrics.RETURNED.labels(self._service).inc()
            return
        self._confirmed.append(row.seq)

    def _flush(self) -> None:
        if not self._confirmed:
            return
        crashpoint("relay.after_confirm_before_mark")
        with self._database.write() as session:
            relay_store.mark_sent(session, self._token, self._confirmed, system_now())
        metrics.SENT.labels(self._service).inc(len(self._confirmed))
        self._confirmed.clear()

    def _answer_resends(self) -> None:
        if self._answer or monotonic() < self._answer_at:
            return
        if self._asked is not None:
            self._settle_answer(*self._asked)
            self._asked = None
            return
        with self._database.read() as session:
            wanted = resend.next_resend(session)
            rows = resend.resend_rows(session, wanted, WINDOW) if wanted else []
        if wanted is None:
            return
        position = rows[-1].seq if rows else wanted.position
        self._asked = (wanted, position, len(rows) == WINDOW)
        for row in rows:
            self._answer[self._publish(row, RESEND, wanted.requester)] = row

    def _settle_answer(self, wanted: Any, position: int, more: bool) -> None:
        with self._database.write() as session:
            if self._answer_failed:  # the requester has no queue now: others first
                resend.postpone_resend(session, wanted.id, system_now())
                self._answer_at = monotonic() + ANSWER_PAUSE_SECONDS
            else:
                resend.move_resend(session, wanted.id, position, None if more else system_now())
        self._answer_failed = False

    def _note_backlog(self) -> None:
        if monotonic() - self._backlog_at < BACKLOG_SECONDS:
            return
        self._backlog_at = monotonic()
        now = system_now()
        with self._database.write() as session:
            count, oldest = relay_store.note_backlog(session, now)
        metrics.UNSENT.labels(self._service).set(count)
        metrics.OLDEST_UNSENT.labels(self._service).set((now - oldest).total_seconds() if oldest else 0)
