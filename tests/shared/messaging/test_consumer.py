"""The consumer on a real broker: workers die and freeze, queues vanish, rubbish arrives; each event counts once."""

import signal
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pika
import pytest

from shared.clock import monotonic
from shared.db import Database
from shared.messaging import broker as links
from shared.messaging.consumer import Consumer
from shared.messaging.envelope import Event
from shared.messaging.errors import TopologyMismatch
from shared.messaging.gate import Gate
from shared.messaging.relay import Relay
from shared.messaging.tables import attempts, held, outbox, parked
from shared.messaging.topology import EVENTS, INBOX_LIMIT, department_queue, inbox, parking
from shared.messaging.worker import Clock, WorkerSpec, _housekeeping
from shared.testing.proxy import Proxy
from shared.testing.wait import wait_until
from tests.conftest import Broker
from tests.shared.messaging.kit import (
    HANDLERS,
    ONE,
    OTHER,
    Child,
    body_of,
    channel_of,
    depth,
    effects,
    make_due,
    make_gate,
    open_database,
    publish,
    rows,
    running,
    take,
)

pytestmark = pytest.mark.servers
INBOX, PARKING = inbox("triage"), parking("triage")


def send(broker: Broker, *bodies: bytes, key: str = "intake.demand.received.v1") -> None:
    """Publish by hand, as intake."""
    with channel_of(broker.url_of("intake")) as channel:
        for body in bodies:
            properties = pika.BasicProperties(delivery_mode=2, user_id="intake")
            channel.basic_publish(EVENTS, key, body, properties, mandatory=True)


def make_consumer(broker: Broker, database: Database, gate: Gate | None = None, port: int | None = None) -> Consumer:
    return Consumer("triage", database, broker.url_of("triage", port), gate or make_gate(database))


def count(database: Database) -> int:
    return sum(map(len, effects(database).values()))


@pytest.fixture
def proxy(broker: Broker) -> Iterator[Proxy]:
    """A proxy before the node, passing everything until told otherwise."""
    proxy = Proxy(broker.node.ports.amqp)
    yield proxy
    proxy.close()


def test_a_raising_handler_does_not_block_other_streams(broker: Broker, database: Database) -> None:
    failing = threading.Event()
    failing.set()

    def hook(event: Event) -> None:
        if event.subject == ONE and failing.is_set():
            raise ValueError("x")

    gate = make_gate(database, hook)
    spec = WorkerSpec("triage", database, "", HANDLERS, hook)
    send(broker, *[body_of(version, subject) for version in (1, 2, 3) for subject in (ONE, OTHER)])
    with running(make_consumer(broker, database, gate).run, Clock(_housekeeping(spec, gate)).run):
        wait_until(lambda: count(database) == 3 and len(rows(database, held)) == 2, what="the other stream is done")
        assert effects(database) == {OTHER: [1, 2, 3]}
        failing.clear()
        make_due(database)
        wait_until(lambda: count(database) == 6, what="the retry healed the stream")
        wait_until(lambda: depth(broker.admin_url, INBOX) == 0, what="nothing is left")
    assert effects(database)[ONE] == [1, 2, 3]
    assert rows(database, attempts) == rows(database, parked) == []


@pytest.mark.parametrize("place", ["gate.before_commit", "gate.after_commit_before_ack"])
def test_a_worker_that_dies_in_the_middle_applies_each_event_once(
    broker: Broker, database: Database, start_child: Callable[..., Child], tmp_path: Path, place: str
) -> None:
    send(broker, *[body_of(version, subject) for version in range(1, 11) for subject in (ONE, OTHER)])
    accident = {"CRASH_AT": place, "CRASH_ONCE_FILE": str(tmp_path / "crashed")}
    child = start_child("triage", database, broker.url_of("triage"), **accident)
    child.wait_killed()
    child.restart()
    wait_until(lambda: count(database) >= 20, what="all applied")
    wait_until(lambda: depth(broker.admin_url, INBOX) == 0 and not rows(database, held), what="nothing is left")
    assert child.end() == 0
    assert effects(database) == {ONE: list(range(1, 11)), OTHER: list(range(1, 11))}
    assert rows(database, parked) == []


class Slow(Gate):
    """A gate that freezes at its first event until it is released, before or inside its transaction."""

    def __init__(self, database: Database, *, inside: bool) -> None:
        self.reached, self.release = threading.Event(), threading.Event()
        self._before = not inside
        super().__init__("triage", database, HANDLERS, self._freeze if inside else None)

    def _freeze(self, _event: Event) -> None:
        if not self.reached.is_set():
            self.reached.set()
            assert self.release.wait(20)

    def receive(
        self, body: bytes, *, redelivered: bool = False, queue: str | None = None, sender: str | None = None
    ) -> None:
        """Freeze, then go on with what was in hand, as a process does after SIGCONT."""
        if self._before:
            self._freeze(None)  # type: ignore[arg-type]
        super().receive(body, redelivered=redelivered, queue=queue, sender=sender)


@pytest.mark.parametrize("inside", [False, True], ids=["before_its_transaction", "inside_its_transaction"])
def test_a_frozen_worker_that_wakes_too_late_has_no_second_effect(
    broker: Broker, proxy: Proxy, database: Database, inside: bool
) -> None:
    slow = Slow(database, inside=inside)
    second = Slow(database, inside=False)
    second.release.set()
    send(broker, *[body_of(version) for version in (1, 2, 3)])
    with running(make_consumer(broker, database, slow, proxy.port).run):
        assert slow.reached.wait(20)
        proxy.reset()  # for the broker this worker is gone: its events go to the next one
        with running(make_consumer(broker, database, second).run):
            assert second.reached.wait(20)
            if not inside:
                wait_until(lambda: count(database) == 3, what="the second worker did it all")
            slow.release.set()
            wait_until(lambda: count(database) >= 3, what="all applied")
            wait_until(lambda: proxy.links > 0, what="the first worker is back")
        wait_until(lambda: depth(broker.admin_url, INBOX) == 0, what="nothing is left")
    make_gate(database).sweep()
    assert effects(database) == {ONE: [1, 2, 3]}
    assert rows(database, held) == rows(database, parked) == []


def test_a_dropped_connection_hands_its_messages_on_at_once(broker: Broker) -> None:
    send(broker, body_of(1))
    connection = links.connect(broker.url_of("triage"))
    channel = links.channel(connection, 10)
    assert wait_until(lambda: channel.basic_get(INBOX)[0], what="the message is in hand").redelivered is False
    links.drop(connection)
    ((method, _, _),) = take(broker.admin_url, INBOX, 1, seconds=links.HEARTBEAT_SECONDS / 2)
    assert method.redelivered


def test_a_closed_channel_is_noticed(broker: Broker, database: Database) -> None:
    with running(make_consumer(broker, database).run):
        send(broker, body_of(1))
        wait_until(lambda: count(database) == 1, what="it consumes")
        # what the broker does to a channel whose acknowledgement is overdue
        broker.node.control(
            "eval",
            "[begin [{number, N}, {connection, C}] = rabbit_channel:info(P, [number, connection]),"
            ' C ! {channel_exit, N, {amqp_error, precondition_failed, "overdue", none}} end'
            " || P <- rabbit_channel:list(), rabbit_channel:info(P, [consumer_count]) =/= [{consumer_count, 0}]].",
        )
        send(broker, body_of(2))
        wait_until(lambda: count(database) == 2, what="it consumes again")


def test_a_lost_queue_is_declared_again_and_refilled_by_its_sources(
    broker: Broker, make_database: Callable[[], Database]
) -> None:
    intake, triage = make_database(), make_database()
    asking = Consumer("intake", intake, broker.url_of("intake"), make_gate(intake, service="intake"))
    relays = [Relay("intake", intake, broker.url_of("intake")), Relay("triage", triage, broker.url_of("triage"))]
    gate = Slow(triage, inside=True)
    with running(asking.run, make_consumer(broker, triage, gate).run, *[relay.run for relay in relays]):
        for number in range(30):
            publish(intake, f"demand/{number % 3}")
        assert gate.reached.wait(20)
        wait_until(lambda: all(row.sent_at for row in rows(intake, outbox)), what="all sent, most of it waiting")
        with channel_of(broker.admin_url) as channel:
            channel.queue_delete(INBOX)
        gate.release.set()
        wait_until(lambda: count(triage) >= 30, what="all applied")
        requests = [row.data["source"] for row in rows(triage, outbox)]
        wait_until(lambda: depth(broker.admin_url, INBOX) == 0, what="the rest of the answer is taken")
    assert effects(triage) == {f"demand/{number}": list(range(1, 11)) for number in range(3)}
    assert requests == ["intake", "notifier"]


def test_an_hourly_digest_finds_what_a_purged_queue_lost(broker: Broker, make_database: Callable[[], Database]) -> None:
    intake, triage = make_database(), make_database()
    specs = {
        service: WorkerSpec(service, database, broker.url_of(service), HANDLERS, None)
        for service, database in (("intake", intake), ("triage", triage))
    }
    gates = {service: make_gate(spec.database, service=service) for service, spec in specs.items()}
    parts = [Relay(service, spec.database, spec.broker_url).run for service, spec in specs.items()]
    for _ in range(5):
        publish(intake)
    with running(*parts):
        wait_until(lambda: depth(broker.admin_url, INBOX) == 5, what="all sent")
        with channel_of(broker.admin_url) as channel:
            channel.queue_purge(INBOX)
        parts = [
            Consumer(service, spec.database, spec.broker_url, gates[service]).run for service, spec in specs.items()
        ]
        clock = Clock(tuple(job for job in _housekeeping(specs["intake"], gates["intake"]) if job.name == "digest"))
        with running(*parts, clock.run):
            wait_until(lambda: count(triage) == 5, what="the digest told what was missing")
    assert effects(triage) == {ONE: [1, 2, 3, 4, 5]}


def test_rubbish_is_parked_and_acknowledged_without_losing_the_connection(broker: Broker, database: Database) -> None:
    rubbish = [b"{not json", b"{" + b"x" * 5_000_000, b"", body_of(1).replace(b'"demand/1"', b'"\\ud800"')]
    rubbish.append(body_of(None, "digest/intake", kind="stream.digest", data={"streams": None}))
    consumer = make_consumer(broker, database)
    lost = threading.Event()
    with running(consumer.run):
        assert consumer.connected.wait(20)
        consumer.connected.clear = lost.set  # type: ignore[method-assign]
        send(broker, *rubbish, body_of(1))
        wait_until(lambda: count(database) == 1, what="the good one behind is applied")
        assert not lost.is_set()
    wait_until(lambda: depth(broker.admin_url, INBOX) == 0, what="nothing is left")
    assert len(rows(database, parked)) == len(rubbish)
    assert max(len(row.body) for row in rows(database, parked)) > 5_000_000


def test_nobody_speaks_for_another_source(broker: Broker, database: Database) -> None:
    """A service may publish under its own routing keys only; what the body claims is checked too."""
    forged = body_of(1)  # claims to come from intake
    with channel_of(broker.url_of("notifier")) as channel:
        for account in ("notifier", None):
            properties = pika.BasicProperties(delivery_mode=2, user_id=account)
            channel.basic_publish(EVENTS, "notifier.demand.received.v1", forged, properties, mandatory=True)
    with running(make_consumer(broker, database).run):
        wait_until(lambda: len(rows(database, parked)) == 2, what="both parked")
    assert {row.reason for row in rows(database, parked)} == {"forged_source"}
    assert count(database) == 0


def test_what_the_broker_gave_up_on_is_still_handled(broker: Broker, database: Database) -> None:
    send(broker, body_of(1))
    with channel_of(broker.admin_url) as channel:
        channel.basic_publish("demandflow.departments", "SUP", b"an offer", pika.BasicProperties(delivery_mode=2))
        for queue in (INBOX, department_queue("SUP")):
            _reject_until_dead(channel, queue)
    wait_until(lambda: depth(broker.admin_url, PARKING) == 2, what="both lie in the parking queue")
    with running(make_consumer(broker, database).run):
        wait_until(lambda: count(database) == 1 and rows(database, parked), what="both handled")
    (row,) = rows(database, parked)
    assert (row.queue, row.reason, row.body) == ("department.SUP", "dead_lettered", "an offer")
    assert depth(broker.admin_url, PARKING) == 0
    assert rows(database, attempts) == []


def _reject_until_dead(channel: Any, queue: str) -> None:
    for _ in range(100):
        method, _properties, _body = channel.basic_get(queue)
        if method is None:
            return
        channel.basic_reject(method.delivery_tag, requeue=True)
    raise AssertionError(f"{queue} has no delivery limit")


def test_an_outage_of_the_database_uses_up_no_deliveries(
    broker: Broker, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, away = [], threading.Event()
    away.set()
    answer = database.ping

    def ping() -> None:
        asked.append(1)
        if away.is_set():
            raise ConnectionError
        answer()

    monkeypatch.setattr(database, "ping", ping)
    send(broker, body_of(1))
    with running(make_consumer(broker, database).run):
        wait_until(lambda: len(asked) >= 2, what="it asks whether the database is back")
        assert depth(broker.admin_url, INBOX) == 1
        away.clear()
        wait_until(lambda: count(database) == 1, 30, "applied")


def test_a_queue_with_other_arguments_refuses_the_start(broker: Broker, database: Database) -> None:
    with channel_of(broker.admin_url) as channel:
        channel.queue_delete(INBOX)
        arguments = {"x-queue-type": "quorum", "x-delivery-limit": INBOX_LIMIT + 1}
        channel.queue_declare(INBOX, durable=True, arguments=arguments)
    try:
        with pytest.raises(TopologyMismatch, match=INBOX):
            make_consumer(broker, database).run(threading.Event())
    finally:
        with channel_of(broker.admin_url) as channel:
            channel.queue_delete(INBOX)


def test_a_worker_refuses_the_start_with_an_exit_code(
    broker: Broker, database: Database, start_child: Callable[..., Child]
) -> None:
    with channel_of(broker.admin_url) as channel:
        channel.queue_delete(PARKING)
        channel.queue_declare(PARKING, durable=True)
    try:
        child = start_child("triage", database, broker.url_of("triage"))
        assert child.process.wait(20) == 1
        assert "TopologyMismatch" in child.log
    finally:
        with channel_of(broker.admin_url) as channel:
            channel.queue_delete(PARKING)


def test_sigterm_ends_a_worker_that_waits_for_a_silent_broker(
    broker: Broker, start_child: Callable[..., Child], tmp_path: Path
) -> None:
    database = open_database(f"sqlite:///{tmp_path}/triage.sqlite")
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes links and never greets
        child = start_child("triage", database, broker.url_of("triage", silent.getsockname()[1]))
        child.wait_started()
        _end_in_time(child)
    database.dispose()


def test_sigterm_ends_a_busy_worker_in_order(
    broker: Broker, database: Database, start_child: Callable[..., Child]
) -> None:
    send(broker, *[body_of(version) for version in range(1, 201)])
    child = start_child("triage", database, broker.url_of("triage"))
    wait_until(lambda: count(database) >= 5, what="it works")
    _end_in_time(child)
    assert effects(database)[ONE] == list(range(1, count(database) + 1))
    with running(make_consumer(broker, database).run):
        wait_until(lambda: count(database) == 200, what="its successor goes on where it stopped")
    assert effects(database) == {ONE: list(range(1, 201))}
    assert rows(database, held) == []


def _end_in_time(child: Child) -> None:
    begun = monotonic()
    child.process.send_signal(signal.SIGTERM)
    try:
        assert child.process.wait(15) == 0
    except subprocess.TimeoutExpired:
        raise AssertionError("the worker ignored SIGTERM") from None
    assert monotonic() - begun < 10
    assert "worker_stopped" in child.log
