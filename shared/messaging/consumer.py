"""The consumer: one connection, one thread; a message is acknowledged only after its transaction committed."""

import random
import threading
from datetime import timedelta
from typing import Any

import structlog
from pika.exceptions import AMQPError, ChannelClosedByBroker

from shared.clock import system_now
from shared.crashpoint import crashpoint
from shared.db import Database
from shared.messaging import broker, metrics, resend
from shared.messaging.commands import CommandDesk
from shared.messaging.errors import TopologyMismatch
from shared.messaging.gate import Gate
from shared.messaging.parking import park_unreadable
from shared.messaging.topology import COMMAND_QUEUE, declare_queue, inbox, parking, service_queues

PREFETCH = 10
LOOK_SECONDS = 1.0  # between looks at the stop flag while no message comes
LOST_QUEUE_WINDOW = timedelta(hours=2)
log = structlog.get_logger()


class Consumer:
    """Serves a service's inbox, its parking queue and, in triage, the departments' commands."""

    def __init__(
        self, service: str, database: Database, broker_url: str, gate: Gate, desk: CommandDesk | None = None
    ) -> None:
        self._service, self._database, self._url = service, database, broker_url
        self._gate, self._desk = gate, desk
        self._lost_queue = False
        self.connected = threading.Event()

    def run(self, stop: threading.Event) -> None:
        """Consume until stop is set. Raises TopologyMismatch; every other trouble is logged and survived."""
        failures = 0
        while not stop.is_set():
            try:
                self._serve(stop)
                failures = 0
            except TopologyMismatch:
                raise
            except Exception as error:  # noqa: BLE001 - the next connection starts clean
                failures = 0 if self.connected.is_set() else failures + 1
                log.warning("consumer_connection_lost", error=type(error).__name__)
            finally:
                self.connected.clear()
            stop.wait(min(0.3 * 2 ** min(failures, 7), 30) * random.uniform(0.5, 1.5) if not stop.is_set() else 0)

    def _serve(self, stop: threading.Event) -> None:
        self._database.ping()  # without it every delivery would come back, and count towards the delivery limit
        connection = broker.connect(self._url)
        try:
            self._declare(connection)
            channel = broker.channel(connection, PREFETCH)
            channel.add_on_cancel_callback(self._on_cancel)
            channel.basic_consume(inbox(self._service), self._on_event)
            channel.basic_consume(parking(self._service), self._on_dead_letter)
            if self._desk:
                channel.basic_consume(COMMAND_QUEUE, self._on_command)
            self._recover_lost_queue()
            self.connected.set()
            while not stop.is_set() and not self._lost_queue:
                connection.process_data_events(LOOK_SECONDS)
                if connection.is_closed or channel.is_closed:
                    raise AMQPError("closed")
        finally:
            broker.drop(connection)

    def _declare(self, connection: Any) -> None:
        for queue in service_queues(self._service):
            try:
                declare_queue(connection.channel(), queue)
            except ChannelClosedByBroker as error:
                log.error("topology_refused", queue=queue.name, code=error.reply_code)
                raise

    def _on_cancel(self, _frame: Any) -> None:
        self._lost_queue = True
        log.error("queue_lost", service=self._service)

    def _recover_lost_queue(self) -> None:
        """After a queue vanished under us, whatever it held is asked for again."""
        if not self._lost_queue:
            return
        with self._database.write() as session:
            resend.request_all(session, self._service, system_now() - LOST_QUEUE_WINDOW)
        self._lost_queue = False

    def _on_event(self, channel: Any, method: Any, properties: Any, body: bytes) -> None:
        metrics.RECEIVED.labels(self._service, "inbox").inc()
        self._gate.receive(body, redelivered=method.redelivered, sender=properties.user_id or "")
        crashpoint("gate.after_commit_before_ack")
        channel.basic_ack(method.delivery_tag)

    def _on_command(self, channel: Any, method: Any, properties: Any, body: bytes) -> None:
        assert self._desk is not None
        metrics.RECEIVED.labels(self._service, "commands").inc()
        self._desk.receive(body, routing_key=method.routing_key, user_id=properties.user_id)
        channel.basic_ack(method.delivery_tag)

    def _on_dead_letter(self, channel: Any, method: Any, properties: Any, body: bytes) -> None:
        """The broker gave up on a message: neighbours of a killer go on, the killer is counted and parked."""
        origin = str((properties.headers or {}).get("x-first-death-queue", parking(self._service)))
        if origin == inbox(self._service):
            self._gate.receive(body, redelivered=True, queue=origin, sender=properties.user_id or "")
        else:
            park_unreadable(
                self._database,
                origin,
                body.decode("utf-8", "replace").replace("\x00", "\ufffd"),
                "dead_lettered",
            )
        channel.basic_ack(method.delivery_tag)
