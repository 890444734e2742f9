"""The gate: every event of every stream is applied once, in order, in one transaction with what it causes."""

import traceback
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared import context
from shared.clock import system_now
from shared.contracts.catalogue import is_known
from shared.crashpoint import crashpoint
from shared.db import Database, is_infrastructure
from shared.messaging import attempts, cursor, resend
from shared.messaging.cursor import Verdict
from shared.messaging.envelope import Event, decode
from shared.messaging.errors import Invalid, Unreadable, Waiting
from shared.messaging.parking import park_event, park_unreadable
from shared.messaging.tables import source_epochs
from shared.messaging.topology import inbox

Handler = Callable[[Session, Event, Any], None]
MAX_TRIES = 5
WAITING_RETRY = timedelta(seconds=2)
log = structlog.get_logger()


class Gate:
    """Takes message bodies; returning normally means: committed, the message may be acknowledged."""

    def __init__(self, service: str, database: Database, handlers: Mapping[str, Handler], ctx: Any) -> None:
        self._service = service
        self._database = database
        self._handlers = handlers
        self._ctx = ctx
        self._epochs: dict[str, int] = {}

    def receive(self, body: bytes, *, redelivered: bool = False, queue: str | None = None) -> None:
        """One message from the inbox. Raises only for trouble of the database itself: then do not acknowledge."""
        text = body.decode("utf-8", "replace").replace("\x00", "\ufffd")
        try:
            event = decode(body)
        except Unreadable as error:
            park_unreadable(self._database, queue or inbox(self._service), text, str(error))
            return
        if event.version is None:
            self._control(event, text)
            return
        noted = redelivered and self._note_redelivery(event, text)
        if noted is None:
            return
        if self._pass(event, text, noted=noted):
            self.drain(event.source, event.subject)

    def drain(self, source: str, subject: str) -> int:
        """Apply held events of a stream as long as the next one is there; returns how many."""
        done = 0
        while True:
            with self._database.write() as session:
                body = cursor.next_held(session, source, subject)
            if body is None:
                return done
            before = done
            done += self._pass(decode(body.encode()), body, from_held=True) is not None
            if done == before:
                return done

    def sweep(self) -> int:
        """Periodic work: due retries, streams whose held event's turn has come, gaps that want a resend."""
        now = system_now()
        with self._database.read() as session:
            bodies = attempts.due(session, now)
            streams = cursor.ready(session, now)
        for body in bodies:
            event = decode(body.encode())
            if self._pass(event, body, retry=True) is not None:
                self.drain(event.source, event.subject)
        drained = sum(self.drain(source, subject) for source, subject in streams)
        with self._database.read() as session:
            gaps = resend.stale_gaps(session, now)
        if gaps:
            with self._database.write() as session:
                resend.request_gaps(session, self._service, gaps, now)
        return len(bodies) + drained

    def _pass(
        self, event: Event, body: str, *, noted: bool = False, retry: bool = False, from_held: bool = False
    ) -> int | None:
        """Try one event. Returns the number of held events of its stream when it was applied, else None."""
        try:
            with self._database.write() as session:
                if not self._epoch_is_known(session, event, body):
                    return None
                verdict, waiting = cursor.advance(session, event, retry=retry)
                if verdict is Verdict.APPLY:
                    self._apply(session, event)
                    if noted or retry:
                        attempts.forget(session, event)
                    if from_held:
                        cursor.drop_held(session, event)
                    crashpoint("gate.before_commit")
                elif verdict is Verdict.HOLD:
                    cursor.hold(session, event, body, "gap", system_now())
            return waiting if verdict is Verdict.APPLY else None
        except Waiting as wait:
            self._wait(event, body, wait.reason)
        except Invalid as error:
            self._park(event, body, error.code, error)
        except Exception as error:
            if is_infrastructure(error):
                raise
            self._failed(event, body, error)
        return None

    def _apply(self, session: Session, event: Event) -> None:
        handler = self._handlers.get(event.name)
        if handler is None:
            kind, _, version = event.name.rpartition(".v")
            if not is_known(event.source, kind, int(version)):
                raise Invalid("unknown_type")
            return
        with context.bind(correlation_id=event.correlation_id, causation_id=event.id, traceparent=event.traceparent):
            handler(session, event, self._ctx)

    def _epoch_is_known(self, session: Session, event: Event, body: str) -> bool:
        assert event.epoch is not None
        if self._epochs.get(event.source) != event.epoch:
            self._epochs[event.source] = _known_epoch(session, event)
        known = self._epochs[event.source]
        if event.epoch > known:
            cursor.hold(session, event, body, "epoch", system_now())
        elif event.epoch < known and cursor.lock(session, event) < (event.version or 0):
            park_event(session, inbox(self._service), event, body, "stale_epoch", "", system_now())
            log.error("event_of_a_stale_epoch", source=event.source, subject=event.subject)
        return event.epoch == known

    def _control(self, event: Event, body: str) -> None:
        with self._database.write() as session:
            if event.name == "stream.resend-requested.v1":
                resend.accept_request(session, self._service, event)
            elif event.name == "stream.digest.v1":
                resend.compare_digest(session, self._service, event, system_now())
                self._epochs.pop(event.source, None)
            else:
                park_event(session, inbox(self._service), event, body, "unknown_type", "", system_now())

    def _note_redelivery(self, event: Event, body: str) -> bool | None:
        """Count a delivery that may have killed a worker. False: a duplicate; None: parked now."""
        with self._database.write() as session:
            if cursor.lock(session, event) + 1 != event.version:
                return False
            if attempts.note(session, event, body, "redelivered", None) <= MAX_TRIES:
                return True
        self._park(event, body, "killed_the_worker", None)
        return None

    def _wait(self, event: Event, body: str, reason: str) -> None:
        now = system_now()
        with self._database.write() as session:
            cursor.hold(session, event, body, f"waiting:{reason}"[:120], now, now + WAITING_RETRY)
        log.info("event_waits", source=event.source, subject=event.subject, reason=reason)

    def _failed(self, event: Event, body: str, error: Exception) -> None:
        with self._database.write() as session:
            if cursor.lock(session, event) >= (event.version or 0):
                return  # another worker was faster and did not fail
            tries = attempts.note(session, event, body, type(error).__name__, system_now())
            cursor.block(session, event)
        log.warning("handler_failed", type=event.type, subject=event.subject, tries=tries, error=type(error).__name__)
        if tries >= MAX_TRIES:
            self._park(event, body, f"handler:{type(error).__name__}", error)

    def _park(self, event: Event, body: str, reason: str, error: Exception | None) -> None:
        # frames only: an exception's own text may quote the data it stumbled over
        frames = "".join(traceback.format_tb(error.__traceback__)) if error else ""
        with self._database.write() as session:
            if cursor.lock(session, event) >= (event.version or 0):
                return
            park_event(session, inbox(self._service), event, body, reason, frames, system_now())
            cursor.block(session, event)
            attempts.forget(session, event)
        log.error("event_parked", source=event.source, subject=event.subject, type=event.type, reason=reason)


def _known_epoch(session: Session, event: Event) -> int:
    query = select(source_epochs.c.epoch).where(source_epochs.c.source == event.source)
    known = session.execute(query).scalar_one_or_none()
    if known is not None:
        return known
    row = cursor.upsert(session, source_epochs).values(source=event.source, epoch=event.epoch)
    session.execute(row.on_conflict_do_nothing())
    return session.execute(query).scalar_one()
