"""The gate without a broker: whatever arrives, however often, in whatever order, each event has one effect."""

import threading
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError

from shared.clock import system_now
from shared.db import Database
from shared.ids import new_id
from shared.messaging import attempts as retries
from shared.messaging import parking
from shared.messaging.envelope import Event
from shared.messaging.errors import Invalid, Waiting
from shared.messaging.gate import MAX_TRIES
from shared.messaging.tables import attempts, cursors, held, outbox, parked
from shared.testing.counting import counted
from tests.shared.messaging.kit import (
    ONE,
    OTHER,
    Switch,
    body_of,
    effects,
    make_due,
    make_gate,
    open_database,
    open_parked,
    rows,
    state,
)


def test_a_duplicate_has_no_second_effect(database: Database) -> None:
    gate = make_gate(database)
    for _ in range(3):
        gate.receive(body_of(1))
    assert effects(database) == {ONE: [1]}


def test_a_first_pass_costs_one_commit_and_one_statement_beside_the_handlers(database: Database) -> None:
    gate = make_gate(database)
    gate.receive(body_of(1))
    gate.receive(body_of(2))
    with counted() as cost:
        gate.receive(body_of(3))
    assert (cost.commits, cost.statements) == (1, 2)


def test_replaying_the_whole_history_changes_nothing(database: Database) -> None:
    gate = make_gate(database)
    history = [body_of(version, subject) for version in range(1, 6) for subject in (ONE, OTHER)]
    for body in history:
        gate.receive(body)
    before = state(database)
    for body in history:
        gate.receive(body, redelivered=True)
    assert gate.sweep() == 0
    assert state(database) == before


def test_events_behind_a_gap_are_held_and_drain_in_order(database: Database) -> None:
    gate = make_gate(database)
    for version in (1, 4, 3, 5):
        gate.receive(body_of(version))
    assert effects(database) == {ONE: [1]}
    assert [(row.version, row.reason) for row in rows(database, held)] == [(3, "gap"), (4, "gap"), (5, "gap")]
    gate.receive(body_of(2))
    assert effects(database) == {ONE: [1, 2, 3, 4, 5]}
    assert rows(database, held) == []
    assert rows(database, cursors)[0].held == 0


def test_a_gap_that_stays_is_asked_for(database: Database) -> None:
    gate = make_gate(database)
    gate.receive(body_of(1))
    gate.receive(body_of(4))
    assert [row.data for row in rows(database, outbox)] == []
    make_due(database)
    gate.sweep()
    gate.sweep()
    (asked,) = rows(database, outbox)
    assert asked.routing_key == "triage.stream.resend-requested.v1"
    assert (asked.data["source"], asked.data["subject"], asked.data["from_version"]) == ("intake", ONE, 2)


STREAMS = [(subject, version) for subject in (ONE, OTHER) for version in range(1, 5)]


@settings(max_examples=30, deadline=None)
@given(order=st.permutations([*STREAMS, *STREAMS[::3]]), redelivered=st.booleans())
def test_any_order_with_duplicates_ends_in_the_same_state(
    tmp_path_factory: pytest.TempPathFactory, order: list[tuple[str, int]], redelivered: bool
) -> None:
    database = open_database(f"sqlite:///{tmp_path_factory.getbasetemp()}/{new_id()}.sqlite")
    gate = make_gate(database)
    for subject, version in order:
        gate.receive(body_of(version, subject), redelivered=redelivered)
    assert effects(database) == {ONE: [1, 2, 3, 4], OTHER: [1, 2, 3, 4]}
    left = state(database)
    database.dispose()
    assert left["held"] == left["attempts"] == left["parked"] == []


def test_a_failing_handler_is_tried_again_with_growing_waits_and_then_parked(database: Database) -> None:
    fails = Switch(ValueError("Wang 13800000000"), version=2)
    gate = make_gate(database, fails)
    for version in (1, 2, 3):
        gate.receive(body_of(version))
    waits = []
    while rows(database, attempts):
        waits.append(rows(database, attempts)[0].next_at - system_now())
        assert gate.sweep() == 0, "the wait is kept"
        make_due(database)
        gate.sweep()
    assert fails.asked == MAX_TRIES
    assert all(later > earlier for earlier, later in pairwise(waits))
    assert effects(database) == {ONE: [1]}
    (row,) = rows(database, parked)
    assert (row.source, row.subject, row.version, row.reason) == ("intake", ONE, 2, "handler:ValueError")
    assert "kit.py" in row.trace
    assert "Wang" not in row.trace + row.reason
    assert [row.version for row in rows(database, held)] == [3]
    make_due(database)
    gate.sweep()
    assert fails.asked == MAX_TRIES, "a parked event stands"


def test_waits_between_tries_are_capped() -> None:
    assert retries.backoff(1) < timedelta(seconds=2)
    assert retries.backoff(1000) <= retries.LONGEST_DELAY * 1.25


def test_a_redrive_heals_and_what_waited_behind_it_drains(database: Database) -> None:
    fails = Switch(Invalid("no_such_thing"))
    gate = make_gate(database, fails)
    for version in (1, 2, 3):
        gate.receive(body_of(version))
    (row,) = open_parked(database)
    assert row["reason"] == "no_such_thing"
    fails.on = False
    with database.write() as session:
        parking.redrive(session, row["id"], "ops")
    gate.sweep()
    assert effects(database) == {ONE: [1, 2, 3]}
    assert open_parked(database) == rows(database, attempts) == rows(database, held) == []
    assert not rows(database, cursors)[0].blocked
    with database.write() as session, pytest.raises(parking.NotParked):
        parking.redrive(session, row["id"], "ops")


def test_a_redriven_event_that_fails_again_is_parked_again(database: Database) -> None:
    gate = make_gate(database, Switch(Invalid("no_such_thing")))
    gate.receive(body_of(1))
    (first,) = open_parked(database)
    with database.write() as session:
        parking.redrive(session, first["id"], "ops")
    gate.sweep()
    (second,) = open_parked(database)
    assert second["id"] != first["id"]
    assert rows(database, attempts) == []


def test_a_skip_needs_a_reason_and_lets_the_stream_go_on(database: Database) -> None:
    gate = make_gate(database, Switch(Invalid("no_such_thing")))
    gate.receive(body_of(1))
    gate.receive(body_of(2))
    (row,) = open_parked(database)
    with database.write() as session, pytest.raises(parking.NotParked):
        parking.skip(session, row["id"], "ops", "  ")
    with database.write() as session:
        parking.skip(session, row["id"], "ops", "sent by mistake")
    gate.sweep()
    assert effects(database) == {ONE: [2]}
    (kept,) = rows(database, parked)
    assert (kept.resolution, kept.resolved_by, kept.resolve_reason) == ("skipped", "ops", "sent by mistake")


def test_other_streams_flow_while_one_waits(database: Database) -> None:
    gate = make_gate(database, Switch(ValueError("x")))
    for version in (1, 2):
        for subject in (ONE, OTHER):
            gate.receive(body_of(version, subject))
    assert effects(database) == {OTHER: [1, 2]}


def test_a_known_type_without_a_handler_moves_the_cursor(database: Database) -> None:
    gate = make_gate(database)
    gate.receive(body_of(1, kind="demand.withdrawn"))
    gate.receive(body_of(2))
    assert effects(database) == {ONE: [2]}


@pytest.mark.parametrize("kind", ["demand.invented", "demand.triaged"])
def test_a_type_that_its_source_does_not_publish_is_parked(database: Database, kind: str) -> None:
    gate = make_gate(database, service="notifier")
    gate._handlers = {}  # type: ignore[assignment]
    gate.receive(body_of(1, kind=kind))
    (row,) = open_parked(database)
    assert (row["reason"], row["subject"], row["version"]) == ("unknown_type", ONE, 1)


GOOD = body_of(1)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{not json",
        b"\xff\xfe\x00",
        b"[" * 200_000,
        b"[]",
        b"9" * 5_000,
        GOOD.replace(b"2024-01-01T00:00:00Z", b"0001-01-01T00:00:00+14:00"),
        GOOD.replace(b"2024-01-01T00:00:00Z", b"yesterday"),
        GOOD.replace(b'"demand/1"', b'"\\ud800"'),
        GOOD.replace(b'"demand/1"', b'"\\u0000"'),
        GOOD.replace(b'"streamversion": 1', b'"streamversion": 0'),
        GOOD.replace(b'"streamversion": 1', b'"streamversion": true'),
        GOOD.replace(b'"streamversion": 1, ', b""),
        GOOD.replace(b'"specversion": "1.0"', b'"specversion": "0.3"'),
    ],
    ids=lambda body: repr(body[:24]),
)
def test_unreadable_bytes_are_parked_without_a_stream(database: Database, body: bytes) -> None:
    gate = make_gate(database)
    gate.receive(body)
    gate.receive(GOOD)
    assert effects(database) == {ONE: [1]}
    (row,) = open_parked(database)
    assert (row["source"], row["subject"], row["version"], row["queue"]) == (None, None, None, "triage.inbox")
    with database.write() as session, pytest.raises(parking.NotParked):
        parking.redrive(session, row["id"], "ops")
    with database.write() as session:
        parking.skip(session, row["id"], "ops", "rubbish")
    assert open_parked(database) == []


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("stream.digest", {}),
        ("stream.digest", {"streams": [{"subject": ONE}], "epoch": 1}),
        ("stream.digest", {"streams": 7, "epoch": "x"}),
        ("stream.resend-requested", {"source": "triage", "requester": "reporting"}),
        ("stream.resend-requested", {"source": "triage", "requester": "intake", "from_version": "all"}),
        ("stream.resend-requested", {"source": "triage", "requester": "intake", "since": "yesterday"}),
        ("stream.resend-requested", {"source": "triage", "requester": "intake", "subject": ["a"]}),
        ("demand.received", {}),
    ],
)
def test_a_senseless_control_message_is_parked(database: Database, kind: str, data: dict[str, Any]) -> None:
    gate = make_gate(database)
    gate.receive(body_of(None, "x", kind=kind, data=data))
    gate.receive(GOOD)
    assert len(open_parked(database)) == 1
    assert effects(database) == {ONE: [1]}


def test_an_event_that_must_wait_is_held_without_attempts(database: Database) -> None:
    waits = Switch(Waiting("policy/C/2"))
    gate = make_gate(database, waits)
    gate.receive(body_of(1))
    gate.receive(body_of(2))
    for _ in range(MAX_TRIES + 2):
        make_due(database)
        gate.sweep()
    assert waits.asked > MAX_TRIES
    assert rows(database, attempts) == open_parked(database) == []
    assert [row.reason for row in rows(database, held)] == ["waiting:policy/C/2", "gap"]
    waits.on = False
    make_due(database)
    gate.sweep()
    assert effects(database) == {ONE: [1, 2]}


def test_an_invalid_event_is_parked_at_once(database: Database) -> None:
    invalid = Switch(Invalid("no_such_policy", "demand"))
    make_gate(database, invalid).receive(body_of(1))
    assert invalid.asked == 1
    assert rows(database, parked)[0].reason == "no_such_policy"
    assert rows(database, attempts) == []


@pytest.mark.parametrize("redelivered", [False, True])
def test_trouble_of_the_database_is_raised_and_counts_nothing(database: Database, redelivered: bool) -> None:
    trouble = Switch(OperationalError("SELECT", {}, Exception("gone")))
    gate = make_gate(database, trouble)
    for _ in range(MAX_TRIES * 2):
        with pytest.raises(OperationalError):
            gate.receive(body_of(1), redelivered=redelivered)
    assert open_parked(database) == []
    trouble.on = False
    gate.receive(body_of(1), redelivered=True)
    assert effects(database) == {ONE: [1]}
    assert rows(database, attempts) == []


def test_trouble_of_the_database_during_a_retry_counts_nothing(database: Database) -> None:
    trouble = Switch(ValueError("x"))
    gate = make_gate(database, trouble)
    gate.receive(body_of(1))
    trouble.error = OperationalError("SELECT", {}, Exception("gone"))
    for _ in range(MAX_TRIES * 2):
        make_due(database)
        with pytest.raises(OperationalError):
            gate.sweep()
    trouble.on = False
    make_due(database)
    gate.sweep()
    assert effects(database) == {ONE: [1]}
    assert rows(database, attempts) == open_parked(database) == []


class Killed(BaseException):
    """Stands for the death of the process: nothing of the gate may catch it."""


class Killer(Switch):
    """A handler that takes its process with it."""

    def __init__(self) -> None:
        super().__init__(Exception())

    def __call__(self, event: Event) -> None:
        try:
            super().__call__(event)
        except Exception:
            raise Killed from None


def test_an_event_that_kills_its_worker_is_parked_after_enough_redeliveries(database: Database) -> None:
    gate = make_gate(database, Killer())
    for number in range(MAX_TRIES + 1):
        with pytest.raises(Killed):
            gate.receive(body_of(1), redelivered=number > 0)
    gate.receive(body_of(1), redelivered=True)
    (row,) = open_parked(database)
    assert row["reason"] == "killed_the_worker"
    gate.receive(body_of(1, OTHER), redelivered=True)
    assert effects(database) == {OTHER: [1]}


def test_a_redriven_killer_does_not_kill_for_ever(database: Database) -> None:
    killer = Killer()
    gate = make_gate(database, killer)
    with pytest.raises(Killed):
        gate.receive(body_of(1))
    for _ in range(MAX_TRIES):
        with pytest.raises(Killed):
            gate.receive(body_of(1), redelivered=True)
    gate.receive(body_of(1), redelivered=True)
    with database.write() as session:
        parking.redrive(session, open_parked(database)[0]["id"], "ops")
    killer.asked = 0
    for _ in range(MAX_TRIES * 2):
        make_due(database)
        try:
            gate.sweep()
        except Killed:
            continue
    assert killer.asked <= MAX_TRIES
    assert [row["reason"] for row in open_parked(database)] == ["killed_the_worker"]


def test_a_redelivered_copy_of_an_event_that_waits_for_its_retry_does_not_strand_it(database: Database) -> None:
    fails = Switch(ValueError("x"))
    gate = make_gate(database, fails)
    gate.receive(body_of(1))
    for _ in range(MAX_TRIES * 2):  # its worker died after the commit and before the acknowledgement
        gate.receive(body_of(1), redelivered=True)
    fails.on = False
    make_due(database)
    gate.sweep()
    assert effects(database) == {ONE: [1]}
    assert open_parked(database) == rows(database, attempts) == []


def test_redelivered_copies_of_a_parked_event_change_nothing(database: Database) -> None:
    gate = make_gate(database, Switch(Invalid("no_such_thing")))
    gate.receive(body_of(1, OTHER))
    gate.receive(body_of(1))
    before = state(database)
    for _ in range(MAX_TRIES * 2):
        gate.receive(body_of(1), redelivered=True)
    assert state(database) == before


@pytest.mark.parametrize("start", [1, 2])
def test_two_gates_on_one_stream_apply_each_event_once(database: Database, start: int) -> None:
    if start == 2:
        make_gate(database).receive(body_of(1))
    errors: list[BaseException] = []
    barrier = threading.Barrier(2)

    def work() -> None:
        gate = make_gate(database)
        try:
            for version in range(start, 21):
                barrier.wait(20)
                gate.receive(body_of(version))
        except BaseException as error:
            errors.append(error)
            barrier.abort()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    make_gate(database).sweep()
    assert errors == []
    assert effects(database) == {ONE: list(range(1, 21))}
    assert rows(database, held) == []
