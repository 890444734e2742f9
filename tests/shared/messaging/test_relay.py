"""The relay on a real broker: nothing lost, nothing out of order, whatever happens to its links and processes."""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import update

from shared.clock import system_now
from shared.db import Database
from shared.messaging import outbox, resend
from shared.messaging.consumer import Consumer
from shared.messaging.envelope import Event, decode
from shared.messaging.relay import Relay
from shared.messaging.tables import outbox as log_table
from shared.messaging.tables import relay_state, resends
from shared.messaging.topology import Queue, declare_queue, department_queues, inbox, service_queues
from shared.testing.proxy import Proxy
from shared.testing.wait import wait_until
from tests.conftest import Broker
from tests.shared.messaging.kit import (
    Child,
    channel_of,
    depth,
    effects,
    end_sessions,
    make_due,
    make_gate,
    publish,
    rows,
    running,
    take,
    unsent,
)

pytestmark = pytest.mark.servers
INBOX = inbox("triage")


@pytest.fixture
def proxy(broker: Broker) -> Iterator[Proxy]:
    """A proxy before the node, passing everything until told otherwise."""
    proxy = Proxy(broker.node.ports.amqp)
    yield proxy
    proxy.close()


def wait_all_sent(database: Database, seconds: float = 30) -> None:
    wait_until(lambda: unsent(database) == 0, seconds, "everything sent")


def by_stream(messages: list[tuple[Any, Any, bytes]]) -> dict[str, list[int | None]]:
    found: dict[str, list[int | None]] = defaultdict(list)
    for _method, _properties, body in messages:
        event = decode(body)
        found[event.subject].append(event.version)
    return dict(found)


def test_events_arrive_persistent_confirmed_and_as_cloudevents(broker: Broker, database: Database) -> None:
    publish(database, data={"number": "N-1"})
    with running(Relay("intake", database, broker.url_of("intake")).run):
        wait_all_sent(database)
    ((method, properties, body),) = take(broker.admin_url, INBOX, 1)
    (row,) = rows(database, log_table)
    event: Event = decode(body)
    assert (method.exchange, method.routing_key) == ("demandflow.events", "intake.demand.received.v1")
    assert (properties.delivery_mode, properties.content_type) == (2, "application/cloudevents+json")
    assert (properties.user_id, properties.message_id) == ("intake", row.event_id)
    assert (event.id, event.source, event.name) == (row.event_id, "intake", "demand.received.v1")
    assert (event.subject, event.version, event.epoch, event.data) == ("demand/1", 1, 1, {"number": "N-1"})
    assert row.sent_at is not None
    assert all(depth(broker.admin_url, inbox(other)) == 1 for other in ("notifier", "reporting"))
    assert depth(broker.admin_url, inbox("intake")) == 0


def test_each_stream_arrives_in_order(broker: Broker, database: Database) -> None:
    for number in range(120):
        publish(database, f"demand/{number % 6}")
    with running(Relay("intake", database, broker.url_of("intake")).run):
        wait_all_sent(database)
    arrived = by_stream(take(broker.admin_url, INBOX, 120))
    assert arrived == {f"demand/{number}": list(range(1, 21)) for number in range(6)}


def test_an_unroutable_department_waits_alone_and_goes_out_once_its_queue_exists(
    broker: Broker, database: Database
) -> None:
    for _ in range(2):
        publish(database, "work/NEW/1", source="triage", type="work.offered", department="NEW")
        publish(database, "demand/1", source="triage")
    with running(Relay("triage", database, broker.url_of("triage")).run):
        wait_until(lambda: unsent(database) == 2, what="the other stream is out")
        wait_until(lambda: rows(database, log_table)[0].tries > 0, what="the department's event came back")
        first = rows(database, log_table)[0]
        assert (first.sent_at, first.next_at is not None) == (None, True)
        with channel_of(broker.admin_url) as channel:
            declare_queue(channel, department_queues("NEW"))
        try:
            make_due(database)
            wait_all_sent(database)
            arrived = by_stream(take(broker.admin_url, "department.NEW", 2))
        finally:
            with channel_of(broker.admin_url) as channel:
                channel.queue_delete("department.NEW")
    assert arrived == {"work/NEW/1": [1, 2]}
    assert by_stream(take(broker.admin_url, inbox("intake"), 2)) == {"demand/1": [1, 2]}


def test_of_two_relays_on_one_database_only_one_sends(broker: Broker, database: Database) -> None:
    relays = [Relay("intake", database, broker.url_of("intake")).run for _ in range(2)]
    leases = set()
    with running(*relays):
        for number in range(100):
            publish(database, f"demand/{number % 10}")
            leases.add(rows(database, relay_state)[0].lease_token if rows(database, relay_state) else None)
        wait_all_sent(database)
        leases.add(rows(database, relay_state)[0].lease_token)
    assert len(leases - {None}) == 1
    assert depth(broker.admin_url, INBOX) == 100, "no event went out twice"
    arrived = by_stream(take(broker.admin_url, INBOX, 100))
    assert arrived == {f"demand/{number}": list(range(1, 11)) for number in range(10)}


def test_the_standby_takes_over_when_the_first_relay_ends(broker: Broker, database: Database) -> None:
    with running(Relay("intake", database, broker.url_of("intake")).run):
        publish(database)
        wait_all_sent(database)
        with running(Relay("intake", database, broker.url_of("intake")).run):
            publish(database)
            wait_all_sent(database)
    with running(Relay("intake", database, broker.url_of("intake")).run):
        publish(database)
        wait_all_sent(database)
    assert by_stream(take(broker.admin_url, INBOX, 3)) == {"demand/1": [1, 2, 3]}


def test_a_frozen_relay_that_wakes_may_mark_nothing(
    broker: Broker, database: Database, start_child: Callable[..., Child]
) -> None:
    for number in range(5):
        publish(database, f"demand/{number}")
    freeze = {"ONLY": "relay", "FREEZE_AT": "relay.after_confirm_before_mark"}
    child = start_child("intake", database, broker.url_of("intake"), **freeze)
    wait_until(lambda: child.frozen, what="the relay froze between confirm and mark")
    held = rows(database, relay_state)[0].lease_token
    if database.dialect == "sqlite":  # the file lock stays with the frozen one: nobody else may send meanwhile
        with running(Relay("intake", database, broker.url_of("intake")).run):
            child.wake()
            wait_all_sent(database)
            assert rows(database, relay_state)[0].lease_token == held
            assert child.end() == 0
        assert depth(broker.admin_url, INBOX) == 5
        return
    end_sessions(database)
    with running(Relay("intake", database, broker.url_of("intake")).run):
        wait_all_sent(database)
        marked = rows(database, log_table)
        assert rows(database, relay_state)[0].lease_token != held
        child.wake()
        wait_until(lambda: "LeaseLost" in child.log, what="the frozen relay saw that its lease is gone")
        assert rows(database, log_table) == marked
    publish(database, "demand/0")
    wait_all_sent(database)  # by the one that froze: it stood by, and took over again
    assert child.end() == 0
    arrived = by_stream(take(broker.admin_url, INBOX, depth(broker.admin_url, INBOX)))
    assert set(arrived) == {f"demand/{number}" for number in range(5)}
    assert arrived["demand/0"] == [1, 1, 2]


def test_a_swallowed_confirm_means_a_second_copy_and_no_second_effect(
    broker: Broker, proxy: Proxy, make_database: Callable[[], Database]
) -> None:
    source, consumer = make_database(), make_database()
    with running(Relay("intake", source, broker.url_of("intake", proxy.port)).run):
        publish(source, "demand/0")
        wait_all_sent(source)
        proxy.mode = "swallow_down"
        publish(source, "demand/1")
        wait_until(lambda: depth(broker.admin_url, INBOX) == 2, what="published, with its confirm swallowed")
        wait_until(lambda: proxy.swallowed > 0, what="the confirm was swallowed")
        assert unsent(source) == 1
        proxy.mode = "pass"
        proxy.reset()
        wait_all_sent(source)
    assert depth(broker.admin_url, INBOX) == 3
    worker = Consumer("triage", consumer, broker.url_of("triage"), make_gate(consumer))
    with running(worker.run):
        wait_until(lambda: len(effects(consumer)) == 2 and depth(broker.admin_url, INBOX) == 0)
    assert effects(consumer) == {"demand/0": [1], "demand/1": [1]}


def test_a_swallowed_publish_is_sent_again(broker: Broker, proxy: Proxy, database: Database) -> None:
    with running(Relay("intake", database, broker.url_of("intake", proxy.port)).run):
        publish(database)
        wait_all_sent(database)
        proxy.mode = "swallow_up"
        publish(database)
        wait_until(lambda: proxy.swallowed > 0, what="the publish was swallowed")
        proxy.mode = "pass"
        proxy.reset()
        wait_all_sent(database)
    assert by_stream(take(broker.admin_url, INBOX, 2)) == {"demand/1": [1, 2]}


def test_resets_of_the_connection_lose_nothing(
    broker: Broker, proxy: Proxy, make_database: Callable[[], Database]
) -> None:
    source, consumer = make_database(), make_database()
    relay = Relay("intake", source, broker.url_of("intake", proxy.port))
    worker = Consumer("triage", consumer, broker.url_of("triage", proxy.port), make_gate(consumer))
    with running(relay.run, worker.run):
        for number in range(60):
            publish(source, f"demand/{number % 3}")
            if number % 15 == 7:
                wait_until(lambda: proxy.links > 0, what="linked again")
                proxy.reset()
        wait_all_sent(source)
        wait_until(lambda: sum(map(len, effects(consumer).values())) >= 60, what="all applied")
    assert effects(consumer) == {f"demand/{number}": list(range(1, 21)) for number in range(3)}


def test_a_broker_that_dies_while_events_flow_loses_nothing(
    broker: Broker, make_database: Callable[[], Database]
) -> None:
    source, consumer = make_database(), make_database()
    gate = make_gate(consumer)
    flowing, over = threading.Event(), threading.Event()
    published = []

    def work(stop: threading.Event) -> None:
        while not over.is_set() and len(published) < 3000:
            published.append(publish(source, f"demand/{len(published) % 5}"))
            if len(published) == 50:
                flowing.set()

    parts = (
        Relay("intake", source, broker.url_of("intake")).run,
        Consumer("triage", consumer, broker.url_of("triage"), gate).run,
    )
    with running(*parts, work):
        try:
            assert flowing.wait(20)
            wait_until(lambda: effects(consumer), what="events arrive")
            broker.node.kill()
            before = len(published)
            wait_until(lambda: len(published) > before + 20, what="publishing goes on without the broker")
        finally:
            over.set()
            broker.node.kill()
            broker.node.start()
        wait_all_sent(source)
        wait_until(lambda: sum(map(len, effects(consumer).values())) >= len(published), 40, "all applied")
    total = len(published)
    assert effects(consumer) == {f"demand/{n}": list(range(1, len(range(n, total, 5)) + 1)) for n in range(5)}


def test_a_restored_source_stamps_its_new_epoch(broker: Broker, database: Database) -> None:
    with database.write() as session:
        resend.ensure_state(session)
        session.execute(update(relay_state).values(epoch=4))
    publish(database)
    with database.write() as session:
        resend.write_digests(session, "intake", system_now(), since=None)
    with running(Relay("intake", database, broker.url_of("intake")).run):
        wait_all_sent(database)
    (_, _, first), (_, _, second) = take(broker.admin_url, INBOX, 2)
    assert decode(first).epoch == 4
    assert (decode(second).epoch, decode(second).data["epoch"]) == (None, 4)
    assert decode(second).data["streams"] == [{"subject": "demand/1", "version": 1}]


def test_a_resend_goes_to_its_requester_only(broker: Broker, database: Database) -> None:
    for number in range(450):
        with database.write() as session:
            outbox.publish(
                session,
                source="intake",
                type="demand.received",
                subject="demand/1",
                version=number + 1,
                data={},
                now=system_now(),
            )
            session.execute(update(log_table).values(sent_at=system_now()))
    _ask(database, "one", "triage", subject="demand/1", from_version=21)
    with running(Relay("intake", database, broker.url_of("intake")).run):
        wait_until(lambda: rows(database, resends)[0].done_at, what="the request was answered to its end")
    assert by_stream(take(broker.admin_url, INBOX, 430)) == {"demand/1": list(range(21, 451))}
    assert depth(broker.admin_url, inbox("reporting")) == 0


def test_a_requester_without_a_queue_is_answered_later_and_holds_up_nobody(broker: Broker, database: Database) -> None:
    (missing,) = (queue for queue in service_queues("reporting") if queue.name == inbox("reporting"))
    with channel_of(broker.admin_url) as channel:
        channel.queue_delete(missing.name)
    try:
        with running(Relay("intake", database, broker.url_of("intake")).run):
            publish(database)
            wait_all_sent(database)
            _ask(database, "one", "reporting")
            _ask(database, "two", "triage")
            wait_until(lambda: _answered(database) == ["two"], what="triage was answered")
            _declare(broker, missing)
            wait_until(lambda: _answered(database) == ["one", "two"], what="reporting was answered")
            publish(database)
            wait_all_sent(database)
    finally:
        _declare(broker, missing)
    assert by_stream(take(broker.admin_url, missing.name, 2)) == {"demand/1": [1, 2]}
    assert rows(database, log_table)[0].tries == 0


def _declare(broker: Broker, queue: Queue) -> None:
    with channel_of(broker.admin_url) as channel:
        declare_queue(channel, queue)


def _answered(database: Database) -> list[str]:
    return [row.id for row in rows(database, resends) if row.done_at]


def _ask(database: Database, request: str, requester: str, **wanted: Any) -> None:
    data = {"requester": requester, "source": "intake", "from_version": 1, **wanted}
    event = Event(
        request, requester, "demandflow.stream.resend-requested.v1", "resend/intake", None, None, system_now(), data
    )
    with database.write() as session:
        resend.accept_request(session, "intake", event)
