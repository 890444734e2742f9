"""Every exchange, queue, binding and permission of the broker, on one page."""

from dataclasses import dataclass, field
from typing import Any

import pika
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import ChannelClosedByBroker

from shared.messaging.errors import TopologyMismatch

EVENTS = "demandflow.events"
DEPARTMENTS = "demandflow.departments"
COMMANDS = "demandflow.commands"
PARKING = "demandflow.parking"
RESEND = "demandflow.resend"
EXCHANGES = {EVENTS: "topic", DEPARTMENTS: "direct", COMMANDS: "topic", PARKING: "direct", RESEND: "direct"}

SERVICES = ("intake", "triage", "notifier", "reporting")
INBOX_SOURCES = {
    "intake": ("triage", "notifier", "reporting"),
    "triage": ("intake", "notifier"),
    "notifier": ("intake", "triage", "reporting"),
    "reporting": ("intake", "triage", "notifier"),
}
RESEND_REQUESTS = "*.stream.resend-requested.*"
"""Requests must reach a source that does not otherwise listen to the requester (triage to reporting)."""
INBOX_LIMIT = 20
DEPARTMENT_LIMIT = 50


@dataclass(frozen=True)
class Queue:
    """A quorum queue and what it is bound to: (exchange, routing key) pairs."""

    name: str
    delivery_limit: int
    parking: str | None  # the service whose parking queue takes what dies here
    bindings: tuple[tuple[str, str], ...] = field(default=())

    @property
    def arguments(self) -> dict[str, Any]:
        """The declare arguments; they can never change, so nothing else may declare this queue."""
        arguments: dict[str, Any] = {"x-queue-type": "quorum", "x-delivery-limit": self.delivery_limit}
        if self.parking:
            arguments |= {
                "x-dead-letter-exchange": PARKING,
                "x-dead-letter-routing-key": self.parking,
                "x-dead-letter-strategy": "at-least-once",
                "x-overflow": "reject-publish",
            }
        return arguments


def inbox(service: str) -> str:
    """The inbox queue of a service."""
    return f"{service}.inbox"


def parking(service: str) -> str:
    """The queue where messages land that the broker gave up on."""
    return f"{service}.parking"


COMMAND_QUEUE = "triage.commands"


def department_queue(code: str) -> str:
    """The queue of a department that owns its tools."""
    return f"department.{code}"


def service_queues(service: str) -> tuple[Queue, ...]:
    """The queues that a service declares for itself."""
    keys = [(EVENTS, f"{source}.#") for source in INBOX_SOURCES[service]]
    keys += [(EVENTS, RESEND_REQUESTS), (RESEND, service)]
    queues = [
        Queue(parking(service), INBOX_LIMIT * 50, None, ((PARKING, service),)),
        Queue(inbox(service), INBOX_LIMIT, service, tuple(keys)),
    ]
    if service == "triage":
        queues.append(Queue(COMMAND_QUEUE, INBOX_LIMIT, service, ((COMMANDS, "#"),)))
    return tuple(queues)


def department_queues(code: str) -> Queue:
    """The delivery queue of one department; dead letters go to triage."""
    return Queue(department_queue(code), DEPARTMENT_LIMIT, "triage", ((DEPARTMENTS, code),))


def declare_exchanges(channel: BlockingChannel) -> None:
    """Declare all exchanges; needs the set-up account. TopologyMismatch when one stands with another type."""
    for name, kind in EXCHANGES.items():
        _refusing(name, lambda n=name, k=kind: channel.exchange_declare(n, k, durable=True))  # type: ignore[misc]


def declare_queue(channel: BlockingChannel, queue: Queue) -> None:
    """Declare one queue actively (a passive declare checks no arguments) and bind it."""
    _refusing(queue.name, lambda: channel.queue_declare(queue.name, durable=True, arguments=queue.arguments))
    for exchange, key in queue.bindings:
        _refusing(queue.name, lambda e=exchange, k=key: channel.queue_bind(queue.name, e, k))  # type: ignore[misc]


def apply(admin_url: str, departments: tuple[str, ...] = ()) -> None:
    """Declare everything with the set-up account: exchanges, all services' queues, the departments' queues."""
    connection = pika.BlockingConnection(pika.URLParameters(admin_url))
    try:
        channel = connection.channel()
        declare_exchanges(channel)
        for service in SERVICES:
            for queue in service_queues(service):
                declare_queue(channel, queue)
        for code in departments:
            declare_queue(channel, department_queues(code))
    finally:
        if connection.is_open:
            connection.close()


def permissions(service: str) -> dict[str, Any]:
    """Least rights of a service's broker user: {configure, write, read, topic: [(exchange, write, read)]}."""
    exchanges = ["events", "parking", "resend"] + (["departments"] if service == "triage" else [])
    reads = ["events", "parking", "resend"] + (["commands"] if service == "triage" else [])
    own = rf"{service}\..*"
    return {
        "configure": rf"^{own}$",
        "write": rf"^({own}|demandflow\.({'|'.join(exchanges)}))$",
        "read": rf"^({own}|demandflow\.({'|'.join(reads)}))$",
        "topic": [(EVENTS, rf"^{service}\.", ".*")],
    }


def department_permissions(code: str) -> dict[str, Any]:
    """Rights of a department's broker user: reads its own queue, writes commands under its own name."""
    return {
        "configure": "^$",
        "write": rf"^{COMMANDS.replace('.', chr(92) + '.')}$",
        "read": rf"^department\.{code}$",
        "topic": [(COMMANDS, rf"^{code}\.", "^$")],
    }


def definitions(departments: tuple[str, ...] = (), vhost: str = "/") -> dict[str, Any]:
    """The file that a container's broker loads: exchanges, queues and bindings (no users, no secrets)."""
    queues = [queue for service in SERVICES for queue in service_queues(service)]
    queues += [department_queues(code) for code in departments]
    common = {"vhost": vhost, "durable": True, "auto_delete": False}
    return {
        "exchanges": [
            {"name": name, "type": kind, "internal": False, "arguments": {}, **common}
            for name, kind in EXCHANGES.items()
        ],
        "queues": [{"name": queue.name, "arguments": queue.arguments, **common} for queue in queues],
        "bindings": [
            {
                "source": exchange,
                "vhost": vhost,
                "destination": queue.name,
                "destination_type": "queue",
                "routing_key": key,
                "arguments": {},
            }
            for queue in queues
            for exchange, key in queue.bindings
        ],
    }


def _refusing(name: str, declare: Any) -> None:
    try:
        declare()
    except ChannelClosedByBroker as error:
        if error.reply_code == 406:
            raise TopologyMismatch(f"{name} stands on the broker with other arguments") from error
        raise
