"""Departments accept and decline, by command and over HTTP, with the same effect."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import pytest

from services.triage.child_tables import Deadline
from services.triage.tables import Case, Work
from shared.messaging.tables import parked
from tests.triage.conftest import COMPLAINT, INQUIRY, Triage, received

IN_PROGRESS = {"code": "in_progress", "category": "in_progress", "label": "处理中", "resolution": None}


def _accept(triage: Triage, way: str, number: str, department: str = "SUP") -> None:
    if way == "command":
        reply = triage.command(department, "accept", demand=number)
        assert (reply.type, reply.data["status"]) == ("demandflow.work.accepted.v1", IN_PROGRESS)
        assert (reply.routing_key, reply.data["number"]) == (department, number)
    else:
        answer = triage.call("POST", f"/demands/{number}/accept", triage.keys[department])
        assert answer.status_code == 200, answer.json
        assert answer.json == {"number": number, "status": IN_PROGRESS, "version": 3}
        assert answer.headers["ETag"] == '"v3"'


def _without_moments(value: Any) -> Any:
    """Data with every moment of now and every id taken out."""
    if isinstance(value, dict):
        return {
            name: _without_moments(one)
            for name, one in value.items()
            if not name.endswith(("id", "number")) and name not in ("accepted_at", "met_at")
        }
    return [_without_moments(one) for one in value] if isinstance(value, list) else value


def test_accept_has_the_same_effect_both_ways(triage: Triage) -> None:
    triage.department("SUP", "queue")
    told = {}
    for way in ("command", "http"):
        number = triage.demand()
        _accept(triage, way, number)
        stream = [row for row in triage.published() if row.data.get("number") == number]
        told[way] = [
            (row.type, row.version, _without_moments(row.data)) for row in stream if row.subject.startswith("demand/")
        ]
        accepted, changed = (row for row in stream if row.version > 1 and row.subject.startswith("demand/"))
        assert (accepted.type, accepted.version) == ("demandflow.demand.accepted.v1", 2)
        assert (changed.type, changed.version) == ("demandflow.deadlines.changed.v1", 3)
        met = {one["kind"]: one["met_at"] for one in changed.data["deadlines"]}
        at = accepted.data["accepted_at"]
        assert met == {"acceptance": at, "first_response": at, "resolution": None}
        assert accepted.data["by"] == "department:SUP"
    assert told["command"] == told["http"]
    assert {(row.status_category, row.version, row.lead) for row in triage.rows(Case)} == {("in_progress", 3, "SUP")}
    assert {row.state for row in triage.rows(Work)} == {"accepted"}
    assert sum(row.met_at is not None for row in triage.rows(Deadline)) == 4


@pytest.mark.parametrize("way", ["command", "http"])
def test_decline_brings_the_demand_to_the_desk(triage: Triage, way: str) -> None:
    key, desk = triage.department("SUP"), triage.department("CSR", "queue")
    number = triage.demand()
    before = len(triage.published())
    if way == "command":
        reply = triage.command("SUP", "decline", demand=number)
        assert (reply.type, reply.data["verb"]) == ("demandflow.work.accepted.v1", "decline")
    else:
        answer = triage.call("POST", f"/demands/{number}/decline", key)
        assert answer.json is not None and answer.json["status"]["category"] == "pending"
    told = {row.type for row in triage.published()[before:]}
    own = {"demandflow.demand.routed.v1", "demandflow.deadlines.changed.v1"}  # the desk has time of its own to accept
    assert told == own | ({"demandflow.work.accepted.v1"} if way == "command" else set())
    (routed,) = triage.published("demand.routed")
    assert (routed.version, routed.data["route"]["lead"], routed.data["declined_by"]) == (2, "CSR", "SUP")
    assert sorted((row.department, row.state, row.delivery) for row in triage.rows(Work)) == [
        ("CSR", "offered", "workbench"),
        ("SUP", "declined", "workbench"),
    ]
    assert triage.call("GET", f"/demands/{number}", key).status_code == 404
    assert triage.call("GET", f"/demands/{number}", desk).status_code == 200
    assert triage.call("POST", f"/demands/{number}/accept", key).status_code == 409
    assert triage.call("POST", f"/demands/{number}/accept", desk).status_code == 200
    assert triage.published("demand.accepted")[0].data["department"] == "CSR"


def test_what_the_desk_declines_stays_on_its_workbench(triage: Triage) -> None:
    triage.department("CSR", "queue")
    number = triage.demand(COMPLAINT)
    assert triage.command("CSR", "decline", demand=number).type == "demandflow.work.accepted.v1"
    (row,) = triage.rows(Work)
    assert (row.department, row.state, row.delivery, row.answered_at) == ("CSR", "offered", "workbench", None)
    assert triage.call("POST", f"/demands/{number}/accept").status_code == 200


def test_staff_answer_for_the_department_that_leads(triage: Triage) -> None:
    number = triage.demand()
    assert triage.call("POST", f"/demands/{number}/accept", triage.token("lead")).status_code == 200
    (accepted,) = triage.published("demand.accepted")
    assert (accepted.data["department"], accepted.data["by"]) == ("SUP", "staff:u-1")
    assert triage.call("POST", f"/demands/{number}/accept", triage.token("manager")).status_code == 403


def test_another_departments_demand_is_invisible(triage: Triage) -> None:
    other = triage.department("PRD", "queue")
    number = triage.demand()
    for method, path in (("GET", ""), ("POST", "/accept"), ("POST", "/decline")):
        assert triage.call(method, f"/demands/{number}{path}", other).status_code == 404
    foreign, missing = (triage.command("PRD", "accept", demand=one) for one in (number, "M0"))
    assert foreign.subject == missing.subject == "work/PRD/unknown"
    problems = [reply.data["problem"] for reply in (foreign, missing)]
    assert {(one["status"], one["code"], one["detail"]) for one in problems} == {
        (404, "demand-unknown", problems[0]["detail"])
    }
    assert triage.rows(Case)[0].status_category == "pending"


def test_a_second_answer_is_refused(triage: Triage) -> None:
    triage.department("SUP")
    number = triage.demand()
    _accept(triage, "http", number)
    problem = triage.command("SUP", "accept", demand=number).data["problem"]
    assert (problem["status"], problem["code"]) == (409, "already-answered")
    problem = triage.command("SUP", "decline", demand=number).data["problem"]
    assert (problem["status"], problem["code"]) == (409, "action-not-allowed")
    assert "处理中" in problem["detail"] and "complete" in problem["detail"]
    assert triage.call("POST", f"/demands/{number}/decline", triage.keys["SUP"]).status_code == 409
    assert triage.rows(Case)[0].version == 3


def test_a_repeated_command_is_done_once_and_answered_once(triage: Triage) -> None:
    number = triage.demand()
    assert triage.command("SUP", "accept", id="c-1", demand=number) is not None
    assert triage.command("SUP", "accept", id="c-1", demand=number) is None
    assert len(triage.published("demand.accepted")) == 1
    reused = triage.command("SUP", "decline", id="c-1", demand=number, expected_version=3)
    assert reused.data["problem"]["code"] == "command-id-reused"
    assert triage.rows(Work)[0].state == "accepted"


def test_a_repeated_request_gets_the_first_answer(triage: Triage) -> None:
    number = triage.demand()
    answers = [triage.call("POST", f"/demands/{number}/accept", headers={"Idempotency-Key": "k"}) for _ in range(2)]
    assert answers[0].json == answers[1].json and {one.status_code for one in answers} == {200}
    assert len(triage.published("demand.accepted")) == 1


def test_of_many_who_accept_at_once_one_does(triage: Triage) -> None:
    number = triage.demand()
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: triage.call("POST", f"/demands/{number}/accept"), range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7
    assert len(triage.published("demand.accepted")) == 1 and triage.rows(Case)[0].version == 3


def test_a_forged_sender_is_parked_unanswered(triage: Triage) -> None:
    number = triage.demand()
    before = len(triage.published())
    assert triage.command("SUP", "accept", user_id="dept-PRD", demand=number) is None
    assert len(triage.published()) == before
    assert [row.reason for row in triage.rows(parked)] == ["forged_user_id"]
    assert triage.rows(Case)[0].status_category == "pending"


def test_a_stale_version_is_refused(triage: Triage) -> None:
    number = triage.demand()
    problem = triage.command("SUP", "accept", demand=number, expected_version=2).data["problem"]
    assert (problem["status"], problem["code"]) == (412, "version-stale")
    path = f"/demands/{number}/accept"
    assert triage.call("POST", path, json={"expected_version": 2}).status_code == 412
    assert triage.call("POST", path, headers={"If-Match": '"v2"'}).status_code == 412
    assert triage.published("demand.accepted") == []
    fresh = triage.call("POST", path, headers={"If-Match": '"v1"'}, json={"expected_version": 1})
    assert fresh.status_code == 200


@pytest.mark.parametrize(
    ("verb", "body", "pointer", "code"),
    [
        ("accept", {}, "/demand", "required"),
        ("accept", {"demand": 5}, "/demand", "type"),
        ("accept", {"demand": "M1\x00"}, "/demand", "number"),
        ("decline", {"demand": "M1", "why": "no"}, "/why", "unknown-field"),
        ("decline", {"demand": "M1", "expected_version": "1"}, "/expected_version", "type"),
        ("close", {"demand": "M1"}, None, "unknown-verb"),
    ],
)
def test_a_wrong_command_is_refused_with_a_pointer(
    triage: Triage, verb: str, body: dict[str, Any], pointer: str | None, code: str
) -> None:
    problem = triage.command("SUP", verb, **body).data["problem"]
    assert problem["status"] == 422
    if pointer is None:
        assert problem["code"] == code
    else:
        assert problem["code"] == "validation-failed"
        assert [(row["pointer"], row["code"]) for row in problem["errors"]] == [(pointer, code)]


@pytest.mark.parametrize("body", ['{"why": 1}', '{"expected_version": true}', '{"expected_version": 0}', "[]", "{"])
def test_a_wrong_body_is_refused(triage: Triage, body: str) -> None:
    number = triage.demand()
    answer = triage.call("POST", f"/demands/{number}/accept", data=body, content_type="application/json")
    assert answer.status_code in (400, 422) and answer.mimetype == "application/problem+json"
    assert triage.published("demand.accepted") == []


def test_accepted_at_is_a_moment_of_the_case(triage: Triage) -> None:
    event = received(INQUIRY)
    triage.receive(event)
    triage.command("SUP", "accept", demand=event.data["number"])
    (row,) = triage.rows(Case)
    assert isinstance(row.accepted_at, datetime) and row.accepted_by == "department:SUP"
    assert "description" not in json.dumps(triage.published("demand.accepted")[0].data)
