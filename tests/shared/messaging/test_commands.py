"""Commands of departments on a real broker: taken once, always answered, never under another's name."""

import json
from collections.abc import Iterator
from typing import Any

import pika
import pytest
from pika.exceptions import ChannelClosedByBroker
from sqlalchemy import insert
from sqlalchemy.orm import Session

from shared.db import Database
from shared.messaging.commands import Command, CommandDesk, Reply
from shared.messaging.consumer import Consumer
from shared.messaging.department import Department
from shared.messaging.envelope import Event, decode
from shared.messaging.relay import Relay
from shared.messaging.tables import command_inbox, parked
from shared.messaging.topology import COMMAND_QUEUE, COMMANDS, department_queue
from shared.refused import Refused
from shared.testing.wait import wait_until
from tests.conftest import Broker
from tests.shared.messaging.kit import applied, channel_of, depth, effects, make_gate, publish, rows, running, take

pytestmark = pytest.mark.servers
DEMAND = "0190a0a0-0000-7000-8000-000000000001"
QUEUE = department_queue("SUP")


def answer(session: Session, command: Command, _ctx: Any) -> Reply:
    """A handler with one rule: only "accept" is allowed; "break" meets a mistake of ours."""
    session.execute(insert(applied).values(source=command.department, subject=command.verb, version=1))
    if command.verb == "break":
        raise KeyError("Wang 13800000000")
    if command.verb != "accept":
        raise Refused("not-yours", "Another department leads this demand.", status=409)
    return Reply(DEMAND, data={"status": {"category": "in_progress", "label": "处理中", "resolution": None}})


@pytest.fixture
def desk(broker: Broker, database: Database) -> Iterator[Database]:
    """Triage's command desk and relay, running; its database."""
    commands = CommandDesk("triage", database, answer, None)
    consumer = Consumer("triage", database, broker.url_of("triage"), make_gate(database), commands)
    with running(consumer.run, Relay("triage", database, broker.url_of("triage")).run):
        yield database


def send(
    broker: Broker, key: str, body: bytes | dict[str, Any], *, user: str = "dept-SUP", user_id: str | None = "dept-SUP"
) -> None:
    """Publish a command by hand; the broker's refusal comes as ChannelClosedByBroker."""
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    properties = pika.BasicProperties(delivery_mode=2, user_id=user_id)
    with channel_of(broker.url_of(user)) as channel:
        channel.basic_publish(COMMANDS, key, text, properties, mandatory=True)


def replies(broker: Broker, count: int) -> list[Event]:
    return [decode(body) for _, _, body in take(broker.url_of("dept-SUP"), QUEUE, count)]


def test_a_command_is_done_and_answered(broker: Broker, desk: Database) -> None:
    send(broker, "SUP.accept", {"id": "c-1", "demand": "20240101-0001"})
    (reply,) = replies(broker, 1)
    assert (reply.name, reply.subject, reply.version) == ("work.accepted.v1", f"work/SUP/{DEMAND}", 1)
    assert (reply.causation_id, reply.correlation_id) == ("c-1", "c-1")
    assert (reply.data["command_id"], reply.data["verb"], reply.data["number"]) == ("c-1", "accept", "20240101-0001")
    assert reply.data["status"]["label"] == "处理中"
    assert effects(desk) == {"accept": [1]}


def test_a_refusal_comes_back_as_a_problem_and_undoes_everything(broker: Broker, desk: Database) -> None:
    send(broker, "SUP.close", {"id": "c-1"})
    (reply,) = replies(broker, 1)
    problem = reply.data["problem"]
    assert (reply.name, reply.causation_id, reply.subject) == ("work.refused.v1", "c-1", "work/SUP/unknown")
    assert (problem["type"], problem["status"]) == ("urn:demandflow:problem:not-yours", 409)
    assert problem["detail"] == "Another department leads this demand."
    assert effects(desk) == {}


def test_a_repeated_command_is_answered_once(broker: Broker, desk: Database) -> None:
    for _ in range(3):
        send(broker, "SUP.accept", {"id": "c-1"})
        send(broker, "SUP.close", {"id": "c-2"})
    send(broker, "SUP.accept", {"id": "c-last"})
    answered = [reply.data["command_id"] for reply in replies(broker, 3)]
    assert sorted(answered) == ["c-1", "c-2", "c-last"]
    wait_until(lambda: depth(broker.admin_url, COMMAND_QUEUE) == 0)
    assert effects(desk) == {"accept": [1, 1]}
    assert len(rows(desk, command_inbox)) == 3


def test_a_used_id_with_another_body_is_refused(broker: Broker, desk: Database) -> None:
    send(broker, "SUP.accept", {"id": "c-1", "demand": "A"})
    send(broker, "SUP.accept", {"id": "c-1", "demand": "B"})
    first, second = sorted(replies(broker, 2), key=lambda reply: reply.name)
    assert (first.name, second.name) == ("work.accepted.v1", "work.refused.v1")
    assert second.data["problem"]["code"] == "command-id-reused"
    assert effects(desk) == {"accept": [1]}


def test_the_same_id_of_another_department_is_another_command(broker: Broker, desk: Database) -> None:
    send(broker, "CSR.accept", {"id": "c-1"}, user="dept-CSR", user_id="dept-CSR")
    send(broker, "SUP.accept", {"id": "c-1"})
    assert replies(broker, 1)[0].name == "work.accepted.v1"
    assert decode(take(broker.url_of("dept-CSR"), department_queue("CSR"), 1)[0][2]).name == "work.accepted.v1"


UNREADABLE = [
    b"{not json",
    b"[]",
    b'{"demand": "A"}',
    b'{"id": 7}',
    b'{"id": ""}',
    b'{"id": "\\u0000"}',
    b'{"id": "\\ud800"}',
    b"[" * 100_000,
]


def test_unreadable_commands_are_refused_and_parked(broker: Broker, desk: Database) -> None:
    for body in UNREADABLE:
        send(broker, "SUP.accept", body)
    refused = replies(broker, len(UNREADABLE))
    assert {(reply.name, reply.data["problem"]["status"]) for reply in refused} == {("work.refused.v1", 400)}
    wait_until(lambda: len(rows(desk, parked)) == len(UNREADABLE), what="all parked")
    assert {row.reason for row in rows(desk, parked)} == {"unreadable_command"}


def test_a_number_that_no_database_can_hold_breaks_nothing(broker: Broker, desk: Database) -> None:
    send(broker, "SUP.accept", b'{"id": "c-1", "demand": "\\ud800"}')
    (reply,) = replies(broker, 1)
    assert (reply.name, reply.data["number"]) == ("work.accepted.v1", None)


def test_a_mistake_of_ours_is_answered_parked_and_may_be_tried_again(broker: Broker, desk: Database) -> None:
    for _ in range(2):
        send(broker, "SUP.break", {"id": "c-1"})
        (reply,) = replies(broker, 1)
        assert (reply.name, reply.data["problem"]["status"]) == ("work.refused.v1", 500)
        assert "Wang" not in json.dumps(reply.data)
    assert [row.reason for row in rows(desk, parked)] == ["handler:KeyError"] * 2
    assert effects(desk) == {}


def test_a_command_without_a_user_id_is_parked(broker: Broker, desk: Database) -> None:
    send(broker, "SUP.accept", {"id": "c-1"}, user_id=None)
    (row,) = wait_until(lambda: rows(desk, parked), what="it was parked")
    assert (row.queue, row.reason) == (COMMAND_QUEUE, "missing_user_id")
    assert effects(desk) == {}
    assert depth(broker.admin_url, QUEUE) == 0


def test_the_broker_refuses_anothers_user_id(broker: Broker) -> None:
    with pytest.raises(ChannelClosedByBroker) as refused:
        send(broker, "SUP.accept", {"id": "c-1"}, user_id="dept-CSR")
    assert refused.value.reply_code == 406
    assert depth(broker.admin_url, COMMAND_QUEUE) == 0


@pytest.mark.parametrize("key", ["CSR.accept", "SUPER.accept", "accept", "#", "", ".SUP.accept"])
def test_the_broker_refuses_another_departments_routing_key(broker: Broker, key: str) -> None:
    with pytest.raises(ChannelClosedByBroker) as refused:
        send(broker, key, {"id": "c-1"})
    assert refused.value.reply_code == 403
    assert depth(broker.admin_url, COMMAND_QUEUE) == 0


@pytest.mark.parametrize("queue", [department_queue("CSR"), COMMAND_QUEUE, "triage.inbox", "triage.parking"])
def test_a_department_reads_no_queue_but_its_own(broker: Broker, queue: str) -> None:
    with channel_of(broker.url_of("dept-SUP")) as channel, pytest.raises(ChannelClosedByBroker) as refused:
        channel.basic_get(queue)
    assert refused.value.reply_code == 403


def test_a_department_with_its_own_tools_takes_work_and_answers(broker: Broker, desk: Database) -> None:
    told: list[str] = []

    def on_work(department: Department, event: Event) -> None:
        told.append(event.name)
        if event.name == "work.offered.v1":
            department.command("accept", demand=event.data["number"])

    publish(desk, f"work/SUP/{DEMAND}", source="triage", type="work.offered", department="SUP", data={"number": "N-1"})
    department = Department("SUP", broker.url_of("dept-SUP"))
    with running(lambda stop: department.take(on_work, stop)):
        wait_until(lambda: len(told) == 2, what="the acceptance was confirmed")
    assert told == ["work.offered.v1", "work.accepted.v1"]
    assert effects(desk) == {"accept": [1]}
