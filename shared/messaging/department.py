"""A department that owns its tools: takes work from its queue and sends commands. Also the example for integrators."""

import json
import threading
from collections.abc import Callable
from typing import Any

import pika
import structlog

from shared.ids import new_id
from shared.messaging import broker
from shared.messaging.envelope import Event, decode
from shared.messaging.topology import COMMANDS, department_queue

log = structlog.get_logger()


class Department:
    """One department's link to the broker; take() runs in one thread, answers go out on the same connection."""

    def __init__(self, code: str, url: str) -> None:
        self.code, self._url = code, url
        self._channel: Any = None

    def take(self, on_work: Callable[["Department", Event], None], stop: threading.Event) -> None:
        """Hand every message of the queue to on_work, acknowledge after it returns; reconnects until stop is set."""
        while not stop.is_set():
            try:
                self._serve(on_work, stop)
            except Exception as error:  # noqa: BLE001 - the next connection starts clean
                log.warning("department_connection_lost", department=self.code, error=type(error).__name__)
                stop.wait(0.5)

    def send(self, verb: str, *, before: Callable[[str], object] = lambda _: None, **body: Any) -> str:
        """Send one command over a connection of its own, from any thread; returns its id."""
        connection = broker.connect(self._url)
        try:
            self._channel = connection.channel()
            self._channel.confirm_delivery()
            return self.command(verb, before=before, **body)
        finally:
            broker.drop(connection)

    def command(self, verb: str, *, before: Callable[[str], object] = lambda _: None, **body: Any) -> str:
        """Send a command from inside on_work, confirmed by the broker; returns its id, which before gets first."""
        command_id = new_id()
        before(command_id)
        self._channel.basic_publish(
            COMMANDS,
            f"{self.code}.{verb}",
            json.dumps({"id": command_id, **body}, ensure_ascii=False).encode(),
            pika.BasicProperties(
                content_type="application/json", delivery_mode=2, message_id=command_id, user_id=f"dept-{self.code}"
            ),
            mandatory=True,
        )
        return command_id

    def _serve(self, on_work: Callable[["Department", Event], None], stop: threading.Event) -> None:
        connection = broker.connect(self._url)
        try:
            incoming = broker.channel(connection, 10)
            self._channel = connection.channel()
            self._channel.confirm_delivery()

            def on_message(channel: Any, method: Any, _properties: Any, body: bytes) -> None:
                on_work(self, decode(body))
                channel.basic_ack(method.delivery_tag)

            incoming.basic_consume(department_queue(self.code), on_message)
            while not stop.is_set():
                connection.process_data_events(0.5)
        finally:
            broker.drop(connection)
