"""The outbox: gapless versions, written with the change or not at all, found by the relay in any commit order."""

import threading

import pytest

from shared.clock import system_now
from shared.db import Database
from shared.ids import new_id
from shared.messaging import outbox, relay_store
from shared.messaging.relay_store import LeaseLost
from shared.messaging.tables import outbox as log_table
from shared.messaging.tables import streams
from shared.operations.postgres import PrivatePostgres
from shared.testing.counting import counted
from tests.shared.messaging.kit import open_database, publish, rows


def test_twenty_threads_raise_one_stream_without_a_gap(database: Database) -> None:
    errors: list[BaseException] = []
    barrier = threading.Barrier(20)

    def work() -> None:
        try:
            barrier.wait(20)
            for _ in range(3):
                publish(database)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert [row.version for row in rows(database, log_table)] == list(range(1, 61)), "in the order of seq"


def test_a_change_that_rolls_back_publishes_nothing_and_leaves_no_gap(database: Database) -> None:
    publish(database)
    with pytest.raises(ValueError), database.write() as session:  # noqa: PT012 - the transaction is the statement
        version = outbox.next_version(session, "demand/1")
        outbox.publish(
            session,
            source="intake",
            type="demand.received",
            subject="demand/1",
            version=version,
            data={},
            now=system_now(),
        )
        raise ValueError("the change is refused")
    assert publish(database) == 2
    assert [row.version for row in rows(database, log_table)] == [1, 2]
    assert [row.version for row in rows(database, streams)] == [2]


def test_publishing_costs_one_statement(database: Database) -> None:
    with database.write() as session, counted() as cost:
        outbox.publish(
            session, source="intake", type="demand.received", subject="s/1", version=1, data={}, now=system_now()
        )
    assert cost.statements == 1


def test_only_the_head_of_a_stream_is_due(database: Database) -> None:
    for subject in ("a/1", "b/1", "a/1"):
        publish(database, subject)
    with database.read() as session:
        due = relay_store.due(session, system_now(), [], 10)
        behind = relay_store.due(session, system_now(), [due[0].seq], 10)
    assert [(row.subject, row.version) for row in due] == [("a/1", 1), ("b/1", 1)]
    assert [(row.subject, row.version) for row in behind] == [("b/1", 1)]


def test_a_stream_that_backs_off_lets_others_go(database: Database) -> None:
    for subject in ("a/1", "b/1", "a/1"):
        publish(database, subject)
    with database.write() as session:
        relay_store.take_lease(session, "me")
        first = relay_store.due(session, system_now(), [], 10)[0]
        relay_store.back_off(session, "me", first.seq, first.tries, system_now())
        assert [row.subject for row in relay_store.due(session, system_now(), [], 10)] == ["b/1"]


def test_who_lost_the_lease_may_mark_nothing(database: Database) -> None:
    publish(database)
    with database.write() as session:
        relay_store.take_lease(session, "first")
        relay_store.take_lease(session, "second")
    with database.write() as session, pytest.raises(LeaseLost):
        relay_store.mark_sent(session, "first", [1], system_now())
    with database.write() as session, pytest.raises(LeaseLost):
        relay_store.back_off(session, "first", 1, 0, system_now())
    assert rows(database, log_table)[0].sent_at is None


@pytest.mark.servers
def test_events_that_commit_out_of_order_are_all_sent(postgres: PrivatePostgres) -> None:
    database = open_database(postgres.create(new_id()))
    with database.write() as slow:
        outbox.publish(
            slow, source="intake", type="demand.received", subject="slow/1", version=1, data={}, now=system_now()
        )
        publish(database, "fast/1")  # has the higher seq, and commits first
        assert _send(database) == ["fast/1"]
    assert _send(database) == ["slow/1"]
    assert [row.subject for row in rows(database, log_table)] == ["slow/1", "fast/1"]
    database.dispose()


def _send(database: Database) -> list[str]:
    with database.write() as session:
        relay_store.take_lease(session, "me")
        due = relay_store.due(session, system_now(), [], 10)
        relay_store.mark_sent(session, "me", [row.seq for row in due], system_now())
    return [row.subject for row in due]
