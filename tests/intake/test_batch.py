"""Many demands at once: each line for itself, in order, replays safe."""

import json
from typing import Any

import pytest
from sqlalchemy import func, select

from services.intake.tables import Customer, Demand
from shared.messaging.tables import outbox
from shared.testing.counting import counted
from tests.intake.conftest import Intake
from tests.intake.test_accept import BODY


def _send(intake: Intake, lines: list[Any], **headers: str) -> Any:
    text = b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines)
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    sent = {"Authorization": f"Bearer {intake.key}", "Content-Type": "application/x-ndjson"} | given
    return intake.client().post("/intake/api/v1/demands:batch", data=text, headers=sent)


def _body(index: int) -> dict[str, Any]:
    return {**BODY, "customer": {"name": "王", "contact": {"phone": f"138{index:08d}"}}}


def _count(intake: Intake, table: Any) -> int:
    with intake.database.read() as session:
        return session.execute(select(func.count()).select_from(table)).scalar_one()


def test_lines_are_accepted_in_order(intake: Intake) -> None:
    answer = _send(intake, [_body(1), b"", _body(2), _body(3)])
    assert answer.status_code == 200, answer.text
    assert [row["line"] for row in answer.json["results"]] == [1, 3, 4]
    assert (answer.json["accepted"], answer.json["refused"]) == (3, 0)
    numbers = [row["demand"]["number"] for row in answer.json["results"]]
    assert numbers == sorted(numbers) and len(set(numbers)) == 3
    assert _count(intake, Demand) == 3


def test_a_bad_line_hurts_nobody_else(intake: Intake) -> None:
    bad = [b"{", b"[]", b'{"description": "a", "zz": 1}', b'{"a":' * 50, b"\xff", {**BODY, "type": "?"}]
    answer = _send(intake, [_body(1), *bad, _body(2)])
    statuses = [row["status"] for row in answer.json["results"]]
    assert statuses == [201, 400, 422, 422, 400, 400, 422, 201]
    assert all("errors" in row["problem"] or row["status"] == 400 for row in answer.json["results"][1:-1])
    assert _count(intake, Demand) == 2


@pytest.mark.parametrize("headers", [{}, {"Idempotency_Key": "import-1"}])
def test_the_same_batch_again_gives_the_same_answers(intake: Intake, headers: dict[str, str]) -> None:
    lines = [_body(index) for index in range(5)]
    first, again = _send(intake, lines, **headers), _send(intake, lines, **headers)
    assert first.json == again.json
    assert _count(intake, Demand) == 5


def test_another_batch_under_the_same_key_is_refused_line_by_line(intake: Intake) -> None:
    _send(intake, [_body(1), _body(2)], Idempotency_Key="k")
    answer = _send(intake, [_body(1), _body(9), _body(3)], Idempotency_Key="k")
    assert [row["status"] for row in answer.json["results"]] == [201, 422, 201]
    assert _count(intake, Demand) == 3


def test_a_new_customer_twice_in_one_batch_is_one_customer(intake: Intake) -> None:
    answer = _send(intake, [_body(7), _body(7), _body(7)])
    assert answer.json["accepted"] == 3
    assert _count(intake, Customer) == 1


def test_every_line_has_its_event(intake: Intake) -> None:
    _send(intake, [_body(index) for index in range(4)])
    with intake.database.read() as session:
        kinds = list(session.execute(select(outbox.c.type)).scalars())
    assert kinds.count("demandflow.demand.received.v1") == 4


def test_limits(intake: Intake) -> None:
    assert _send(intake, [b"{}"] * 5_001).status_code == 413
    assert _send(intake, [b"{}"], Content_Type="text/plain").status_code == 415
    assert _send(intake, [_body(1)], Content_Type="application/json").status_code == 415
    assert _send(intake, [b'"' + b"a" * 17_000_000]).status_code == 413
    assert _count(intake, Demand) == 0


def test_two_commits_per_two_hundred_lines(intake: Intake) -> None:
    lines = [_body(index) for index in range(250)]
    with counted() as cost:
        assert _send(intake, lines).json["accepted"] == 250
    assert cost.commits == 4
    assert cost.statements <= 250 * 17 + 20
