"""Epochs: a source that was restored from a backup tells its versions anew, and nothing of that is lost or doubled."""

from shared.db import Database
from shared.messaging.tables import attempts, cursors, held, outbox, source_epochs
from tests.shared.messaging.kit import (
    ONE,
    OTHER,
    Switch,
    body_of,
    effects,
    make_due,
    make_gate,
    open_parked,
    rows,
)


def digest(epoch: int, streams: dict[str, int]) -> bytes:
    heads = [{"subject": subject, "version": version} for subject, version in streams.items()]
    data = {"streams": heads, "since": None, "epoch": epoch, "complete": True}
    return body_of(None, "digest/intake", kind="stream.digest", data=data)


def test_an_event_of_an_unknown_epoch_is_held_until_the_digest_and_the_cursor_falls_back(database: Database) -> None:
    gate = make_gate(database)
    for version in range(1, 6):
        gate.receive(body_of(version))
    gate.receive(body_of(4, epoch=2))  # the source was restored from when it had 3
    assert [(row.version, row.reason) for row in rows(database, held)] == [(4, "epoch")]
    assert gate.sweep() == 0
    gate.receive(digest(2, {ONE: 3}))
    gate.sweep()
    assert effects(database) == {ONE: [1, 2, 3, 4, 5, 4]}
    assert rows(database, cursors)[0].version == 4
    gate.receive(body_of(5, epoch=1))
    assert [row["reason"] for row in open_parked(database)] == ["stale_epoch"]
    gate.receive(body_of(5, epoch=2))
    assert effects(database) == {ONE: [1, 2, 3, 4, 5, 4, 5]}


def test_a_cursor_behind_the_base_stays_and_asks_for_the_rest(database: Database) -> None:
    gate = make_gate(database)
    gate.receive(body_of(1))
    gate.receive(digest(2, {ONE: 3}))
    assert rows(database, cursors)[0].version == 1
    assert [row.data["from_version"] for row in rows(database, outbox)] == [2]
    for version in (2, 3):
        gate.receive(body_of(version, epoch=2))
    assert effects(database) == {ONE: [1, 2, 3]}


def test_a_new_epoch_is_adopted_even_when_the_first_event_ever_had_failed(database: Database) -> None:
    fails = Switch(ValueError("x"))
    gate = make_gate(database, fails)
    gate.receive(body_of(1))
    fails.on = False
    for version in (1, 2, 3):
        gate.receive(body_of(version, OTHER))
    assert [row.epoch for row in rows(database, source_epochs)] == [1]
    gate.receive(digest(2, {OTHER: 1}))
    gate.receive(body_of(2, OTHER, epoch=2))
    assert effects(database)[OTHER] == [1, 2, 3, 2]


def test_what_waits_from_the_old_epoch_is_replaced_by_the_new_ones(database: Database) -> None:
    fails = Switch(ValueError("x"))
    gate = make_gate(database, fails)
    gate.receive(body_of(1))  # waits for its retry
    gate.receive(body_of(3))  # held behind it
    fails.on = False
    gate.receive(digest(2, {ONE: 3}))
    for version in (1, 2, 3):
        gate.receive(body_of(version, epoch=2))
    make_due(database)
    gate.sweep()
    assert effects(database) == {ONE: [1, 2, 3]}
    assert rows(database, attempts) == rows(database, held) == open_parked(database) == []


def test_gates_of_other_processes_learn_of_the_new_epoch(database: Database) -> None:
    first, second = make_gate(database), make_gate(database)
    for version in (1, 2, 3):
        first.receive(body_of(version))
        second.receive(body_of(version))
    first.receive(digest(2, {ONE: 1}))
    second.receive(body_of(2, epoch=1))
    second.receive(body_of(2, epoch=2))
    assert effects(database) == {ONE: [1, 2, 3, 2]}
    assert [row["reason"] for row in open_parked(database)] == ["stale_epoch"]
