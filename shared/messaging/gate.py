"""The gate: every event of every stream is applied once, in order, in one transaction with what it causes."""

import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError
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

    def receive(
        self, body: bytes, *, redelivered: bool = False, queue: str | None = None, sender: str | None = None
    ) -> None:
        """One message from the inbox. Raises only for trouble of the database itself: then do not acknowledge.

        sender: the account that published it, as the broker proves it; nobody speaks for another source.
        """
        text = body.decode("utf-8", "replace").replace("\x00", "\ufffd")
        try:
            event = decode(body)
        except Unreadable as error:
            park_unreadable(self._database, queue or inbox(self._service), text, str(error))
            return
        if sender is not None and sender != event.source:
            park_unreadable(self._database, queue or inbox(self._service), text, "forged_source")
            return
        if event.version is None:
            self._control(event, text)
            return
        counted = redelivered and self._count_redelivery(event, text)
        if counted is None:
            return
        if self._pass(event, text, counted=counted):
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
            self._retry(decode(body.encode()), body)
        drained = sum(self.drain(source, subject) for source, subject in streams)
        with self._database.read() as session:
            gaps = resend.stale_gaps(session, now)
        if gaps:
            with self._database.write() as session:
                resend.request_gaps(session, self._service, gaps, now)
        return len(bodies) + drained

    def _pass(
        self, event: Event, body: str, *, counted: bool = False, retry: bool = False, from_held: bool = False
    ) -> int | None:
        """Try one event. Returns the number of held events of its stream when it was applied, else None."""
        try:
            with self._database.write() as session:
                verdict, waiting = cursor.advance(session, event, retry=retry)
                if verdict is Verdict.APPLY:
                    self._apply(session, event)
                    if from_held:
                        cursor.drop_held(session, event)
                    crashpoint("gate.before_commit")
                else:
                    self._keep(session, event, body, verdict)
                if counted and (retry or verdict is Verdict.APPLY):
                    attempts.forget(session, event)
            return waiting if verdict is Verdict.APPLY else None
        except Waiting as wait:
            self._wait(event, body, wait.reason)
        except Invalid as error:
            self._park(event, body, error.code, error)
        except Exception as error:
            if is_infrastructure(error):
                self._take_back(event, counted)
                raise
            self._failed(event, body, error, counted)
        return None

    def _keep(self, session: Session, event: Event, body: str, verdict: Verdict) -> None:
        if verdict is Verdict.HOLD:
            cursor.hold(session, event, body, "gap", system_now())
        elif verdict is Verdict.EARLY:
            cursor.hold(session, event, body, "epoch", system_now())
        elif verdict is Verdict.STALE and cursor.lock(session, event) < (event.version or 0):
            park_event(session, inbox(self._service), event, body, "stale_epoch", "", system_now())
            log.error("event_of_a_stale_epoch", source=event.source, subject=event.subject)

    def _apply(self, session: Session, event: Event) -> None:
        handler = self._handlers.get(event.name)
        if handler is None:
            kind, _, version = event.name.rpartition(".v")
            if not is_known(event.source, kind, int(version)):
                raise Invalid("unknown_type")
            return
        with context.bind(correlation_id=event.correlation_id, causation_id=event.id, traceparent=event.traceparent):
            handler(session, event, self._ctx)

    def _control(self, event: Event, body: str) -> None:
        try:
            with self._database.write() as session:
                if event.name == "stream.resend-requested.v1":
                    resend.accept_request(session, self._service, event)
                elif event.name == "stream.digest.v1":
                    resend.compare_digest(session, self._service, event, system_now())
                else:
                    raise Invalid("unknown_type")
        except Exception as error:
            if is_infrastructure(error):
                raise
            reason = error.code if isinstance(error, Invalid) else f"handler:{type(error).__name__}"
            with self._database.write() as session:
                park_event(session, inbox(self._service), event, body, reason, _frames(error), system_now())
            log.error("event_parked", source=event.source, subject=event.subject, type=event.type, reason=reason)

    def _count_redelivery(self, event: Event, body: str) -> bool | None:
        """Count a delivery that may have killed a worker. False: nothing to count; None: parked now."""
        with self._database.write() as session:
            if not cursor.is_awaited(session, event):
                return False
            if attempts.note(session, event, body, "redelivered", None) <= MAX_TRIES:
                return True
        self._park(event, body, "killed_the_worker", None)
        return None

    def _retry(self, event: Event, body: str) -> None:
        with self._database.write() as session:
            tries = attempts.claim(session, event, system_now())
        if tries is None:
            return
        if tries > MAX_TRIES:
            self._park(event, body, "killed_the_worker", None)
        elif self._pass(event, body, counted=True, retry=True) is not None:
            self.drain(event.source, event.subject)

    def _take_back(self, event: Event, counted: bool) -> None:
        if counted:
            with suppress(SQLAlchemyError), self._database.write() as session:
                attempts.take_back(session, event)

    def _wait(self, event: Event, body: str, reason: str) -> None:
        now = system_now()
        with self._database.write() as session:
            cursor.hold(session, event, body, f"waiting:{reason}"[:120], now, now + WAITING_RETRY)
        log.info("event_waits", source=event.source, subject=event.subject, reason=reason)

    def _failed(self, event: Event, body: str, error: Exception, counted: bool) -> None:
        with self._database.write() as session:
            if cursor.lock(session, event) >= (event.version or 0):
                return  # another worker was faster and did not fail
            tries = attempts.note(session, event, body, type(error).__name__, system_now(), counted=counted)
            cursor.block(session, event)
        log.warning("handler_failed", type=event.type, subject=event.subject, tries=tries, error=type(error).__name__)
        if tries >= MAX_TRIES:
            self._park(event, body, f"handler:{type(error).__name__}", error)

    def _park(self, event: Event, body: str, reason: str, error: Exception | None) -> None:
        with self._database.write() as session:
            if cursor.lock(session, event) >= (event.version or 0):
                return
            park_event(session, inbox(self._service), event, body, reason, _frames(error), system_now())
            cursor.block(session, event)
            attempts.forget(session, event)
        log.error("event_parked", source=event.source, subject=event.subject, type=event.type, reason=reason)


def _frames(error: Exception | None) -> str:
    """Frames only: an exception's own text may quote the data it stumbled over."""
    return "".join(traceback.format_tb(error.__traceback__)) if error else ""
