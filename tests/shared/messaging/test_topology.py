"""The broker's walls: who may write, read and declare what; and that one page says all of it."""

import json
from collections.abc import Callable
from typing import Any

import pika
import pytest
from pika.exceptions import ChannelClosedByBroker

from shared.messaging import topology
from shared.messaging.errors import TopologyMismatch
from shared.messaging.topology import (
    COMMANDS,
    DEPARTMENTS,
    EVENTS,
    SERVICES,
    declare_queue,
    inbox,
    parking,
    service_queues,
)
from tests.conftest import DEPARTMENTS as CODES
from tests.conftest import Broker
from tests.shared.messaging.kit import channel_of

pytestmark = pytest.mark.servers
OTHERS = [(one, other) for one in SERVICES for other in SERVICES if one != other]


def refusal(connection: pika.BlockingConnection, act: Callable[[Any], object]) -> int | None:
    """The code with which the broker closes the channel of a deed; None when it lets it happen."""
    channel = connection.channel()
    channel.confirm_delivery()
    try:
        act(channel)
    except ChannelClosedByBroker as refused:
        return int(refused.reply_code)
    return None


@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_a_service_is_shut_out_of_what_belongs_to_another(broker_node: Broker, one: str, other: str) -> None:
    acts: dict[str, Callable[[Any], object]] = {
        "publish in its name": lambda channel: channel.basic_publish(EVENTS, f"{other}.demand.received.v1", b"{}"),
        "publish into its inbox past the exchanges": lambda channel: channel.basic_publish("", inbox(other), b"{}"),
        "declare its inbox": lambda channel: channel.queue_declare(inbox(other), durable=True),
        "read its inbox": lambda channel: channel.basic_get(inbox(other)),
        "read its parking queue": lambda channel: channel.basic_get(parking(other)),
        "purge its inbox": lambda channel: channel.queue_purge(inbox(other)),
        "delete its inbox": lambda channel: channel.queue_delete(inbox(other)),
        "bind its inbox": lambda channel: channel.queue_bind(inbox(other), EVENTS, "#"),
        "take an exchange away": lambda channel: channel.exchange_delete(EVENTS),
        "declare an exchange": lambda channel: channel.exchange_declare("demandflow.mine"),
    }
    if one != "triage":
        acts["offer work"] = lambda channel: channel.basic_publish(DEPARTMENTS, "SUP", b"{}")
        acts["listen to commands"] = lambda channel: channel.queue_bind(inbox(one), COMMANDS, "#")
    acts["send commands"] = lambda channel: channel.basic_publish(COMMANDS, "SUP.accept", b"{}")
    connection = pika.BlockingConnection(pika.URLParameters(broker_node.url_of(one)))
    open_doors = [name for name, act in acts.items() if refusal(connection, act) != 403]
    connection.close()
    assert open_doors == []


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_declares_its_own_queues_with_its_own_account(broker: Broker, service: str) -> None:
    with channel_of(broker.url_of(service)) as channel:
        for queue in service_queues(service):
            declare_queue(channel, queue)
        channel.basic_publish(EVENTS, f"{service}.stream.digest.v1", b"{}")
        assert channel.basic_get(parking(service)) == (None, None, None)


def standing(broker: Broker) -> dict[str, list[str]]:
    """What stands on the broker, in the form of topology.definitions(), each entry as sorted text."""
    exported = json.loads(broker.node.control("export_definitions", "-"))
    for queue in exported["queues"]:
        assert queue.pop("type") == "quorum"  # the broker repeats this argument beside the others
    for exchange in exported["exchanges"]:
        exchange.setdefault("internal", False)
    return _sorted({kind: exported[kind] for kind in ("exchanges", "queues", "bindings")})


def _sorted(definitions: dict[str, Any]) -> dict[str, list[str]]:
    return {
        kind: sorted(json.dumps(entry, sort_keys=True) for entry in entries) for kind, entries in definitions.items()
    }


def test_the_definitions_are_what_apply_declares(broker: Broker) -> None:
    loaded = standing(broker)
    with channel_of(broker.admin_url) as channel:
        for entry in topology.definitions(CODES)["queues"]:
            channel.queue_delete(entry["name"])
        for name in topology.EXCHANGES:
            channel.exchange_delete(name)
    assert standing(broker)["queues"] == []
    topology.apply(broker.admin_url, CODES)
    assert standing(broker) == loaded == _sorted(topology.definitions(CODES))
    topology.apply(broker.admin_url, CODES)
    assert standing(broker) == loaded


def test_apply_refuses_what_stands_with_other_arguments(broker: Broker) -> None:
    with channel_of(broker.admin_url) as channel:
        channel.exchange_delete(DEPARTMENTS)
        channel.exchange_declare(DEPARTMENTS, "fanout", durable=True)
        with pytest.raises(TopologyMismatch, match=DEPARTMENTS):
            topology.apply(broker.admin_url, CODES)
        channel.exchange_delete(DEPARTMENTS)
        topology.apply(broker.admin_url, CODES)
