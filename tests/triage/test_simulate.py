"""A draft is tried on the demands there are: what it would have changed is told, and nothing is changed by that."""

import json
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import event

from services.triage import cli
from services.triage.child_tables import Base
from services.triage.domain.past import STARTED
from shared.clock import format_time
from shared.messaging.tables import outbox
from shared.operations.corpus.reader import load
from shared.policies.duties import STARTS
from shared.policies.loader import PACKS
from shared.testing.counting import counted
from tests.triage.conftest import COMPLAINT, INQUIRY, RECEIVED_AT, SUGGESTION, Triage, received
from tests.triage.test_communications import say
from tests.triage.test_corpus import Walk

YAML = "application/yaml"
ASKED = "pauses: [{starts: supplement.requested, ends: demand.supplemented}]"
HELD = ASKED.replace("}]", "}, {starts: demand.blocked, ends: demand.unblocked}]")
AT_RECEIPT = {"received", "undecided", "found_incomplete", "expected_by", "wished"}


def draft(code: str = "C") -> bytes:
    """The released document of a policy as version 2."""
    return (PACKS / code / "1.yaml").read_text("utf-8").replace('version: "1"', 'version: "2"', 1).encode()


def changed(code: str, *changes: tuple[str, str]) -> bytes:
    """A draft with pieces of the released text replaced; each must be there."""
    text = draft(code).decode()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text.encode()


def simulate(triage: Triage, raw: bytes, code: str = "C", *, role: str = "manager", query: str = "") -> Any:
    headers = {"Content-Type": YAML}
    return triage.call("POST", f"/policies/{code}:simulate{query}", triage.token(role), data=raw, headers=headers)


def outcome(triage: Triage, raw: bytes, code: str = "C", *, query: str = "") -> dict[str, Any]:
    answer = simulate(triage, raw, code, query=query)
    assert answer.status_code == 200, answer.json
    return dict(answer.json)


def everything(triage: Triage) -> dict[str, list[Any]]:
    """All rows of all tables of triage and its outbox."""
    tables = [*Base.metadata.sorted_tables, outbox]
    return {table.name: sorted(map(tuple, triage.rows(table)), key=repr) for table in tables}


def test_the_same_rules_change_nothing(triage: Triage) -> None:
    triage.demand(INQUIRY)
    triage.demand(COMPLAINT, type="complaint", urgency="high")
    triage.demand("你好")
    found = outcome(triage, draft())
    assert (found["examined"], found["counts"]["differ"], found["items"]) == (3, 0, [])
    assert (found["code"], found["version"], found["through"], found["left_off"]) == ("C", "2", None, 0)


def test_another_span_moves_a_clock_and_what_was_met_would_have_been_late(triage: Triage) -> None:
    number = triage.demand(INQUIRY)  # mid: first response within a working day
    triage.at("2024-10-08 19:30")
    triage.act(number, "accept")
    raw = changed(
        "C", ("add_by_priority: {high: 4h, mid: 1wd, low: 3wd}", "add_by_priority: {high: 4h, mid: 4h, low: 3wd}")
    )
    found = outcome(triage, raw)
    (item,) = found["items"]
    assert item["number"] == number
    (change,) = item["changes"]
    assert change["what"] == "first_response_by" and change["reasons"] == ["clock:first_response"]
    assert (change["before"], change["after"]) == ("2024-10-09T06:30:00Z", "2024-10-08T10:30:00Z")
    (clock,) = item["clocks"]
    assert (clock["clock"], clock["cycle"], clock["occurrence"]) == ("first_response", 1, 1)
    assert clock["before"] == {"due_at": "2024-10-09T06:30:00Z", "span": "1wd", "outcome": "met"}
    assert clock["after"] == {"due_at": "2024-10-08T10:30:00Z", "span": "4h", "outcome": "late"}
    assert {name: n for name, n in found["counts"].items() if n} == {
        "differ": 1, "first_response_by": 1, "clocks": 1, "late": 1,
    }  # fmt: skip


def test_other_words_change_type_route_and_priority_with_reasons(triage: Triage) -> None:
    number = triage.demand("订单页面想看物流轨迹")
    raw = changed("C", ("words: {建议: 3, ", "words: {物流轨迹: 5, 建议: 3, "))
    (item,) = outcome(triage, raw)["items"]
    changes = {one["what"]: (one["before"], one["after"], one["reasons"]) for one in item["changes"]}
    assert changes["type"] == (None, "suggestion", ["word:物流轨迹"])
    assert changes["lead"] == ("CSR", "PRD", ["type:suggestion"])
    assert changes["priority"] == ("mid", "low", ["rule:C-low-suggestion"])
    clocks = {one["clock"]: one for one in item["clocks"]}
    assert clocks["sorting"]["after"] is None, "nobody has to sort it"
    assert (clocks["resolution"]["before"]["span"], clocks["resolution"]["after"]["span"]) == ("3wd", "10d")
    assert item["number"] == number and item["confirmed"] is None


def test_what_a_person_decided_stands(triage: Triage) -> None:
    number = triage.demand("你好，在吗")
    triage.act(number, "classify", type="complaint")
    triage.act(number, "confirm-priority", by="manager", priority="high", reason="媒体关注")
    raw = changed("C", ("words: {建议: 3, ", "words: {在吗: 5, 建议: 3, "))
    (item,) = outcome(triage, raw)["items"]
    assert item["confirmed"] == "complaint"
    assert {one["what"] for one in item["changes"]} == {"type", "lead", "priority", "first_response_by"}, "at first"
    assert {one["clock"] for one in item["clocks"]} == {"sorting"}, "the level that was confirmed counts in the end"


def test_a_promise_that_was_told_no_longer_fits(triage: Triage) -> None:
    number = triage.demand(INQUIRY)
    triage.act(number, "accept")
    triage.act(number, "told", text="周四前答复", channel="phone", promised_for="2024-10-10T18:00:00+08:00")
    raw = changed(
        "C", ("add_by_priority: {high: 24h, mid: 3wd, low: 10d}", "add_by_priority: {high: 24h, mid: 1wd, low: 10d}")
    )
    (item,) = outcome(triage, raw)["items"]
    (promise,) = item["promises"]
    assert (promise["kind"], promise["number"], promise["lies"]) == ("told", 1, "after")
    assert (promise["promised_for"], promise["after"]) == ("2024-10-10T10:00:00Z", "2024-10-09T06:30:00Z")
    assert promise["clock"] == "resolution"


def test_a_type_that_the_draft_lacks_is_undecidable(triage: Triage) -> None:
    number = triage.demand("换一个收货地址", type="change")
    text = draft().decode()
    begin, end = text.index("  - code: change\n"), text.index("  - code: other\n")
    text = (text[:begin] + text[end:]).replace("    - {id: C-low-change, level: low, when: {types: [change]}}\n", "")
    found = outcome(triage, text.encode())
    (item,) = found["items"]
    assert (item["number"], item["undecidable"]) == (number, ["type:change"])
    assert item["changes"] == item["clocks"] == item["promises"] == []
    assert found["counts"]["undecidable"] == found["counts"]["differ"] == 1


def test_only_demands_of_the_span_and_of_the_policy(triage: Triage) -> None:
    triage.demand(INQUIRY)
    triage.demand("请问报表模块是否支持按部门筛选", policy="A")
    raw = draft()
    assert outcome(triage, raw, query="?from=2024-10-08&to=2024-10-08")["examined"] == 1
    assert outcome(triage, raw, query="?from=2024-10-09&to=2024-10-10")["examined"] == 0
    assert outcome(triage, raw, query="?to=2024-10-07")["examined"] == 0
    triage.at(RECEIVED_AT + timedelta(days=40))
    assert outcome(triage, raw)["examined"] == 0, "without days: the last 31"


@pytest.mark.parametrize(
    ("query", "pointer"),
    [("?from=2024-10-09&to=2024-10-08", "/from"), ("?from=2024-01-01&to=2024-06-01", "/from"), ("?from=yesterday", "")],
)
def test_a_span_that_is_none_is_refused(triage: Triage, query: str, pointer: str) -> None:
    answer = simulate(triage, draft(), query=query)
    assert answer.status_code == 422 and answer.mimetype == "application/problem+json"
    assert any(pointer in one["pointer"] for one in answer.json["errors"])


def test_faults_of_a_draft_are_named_as_when_it_is_published(triage: Triage) -> None:
    answer = simulate(triage, changed("C", ("lead: SUP", "lead: XYZ"), ("default: mid", "default: middling")))
    assert (answer.status_code, answer.json["code"]) == (422, "policy-invalid")
    told = [one["message"] for one in answer.json["errors"]]
    assert any("'XYZ'" in one for one in told) and any("'middling'" in one for one in told)
    assert simulate(triage, draft("A"), "C").json["code"] == "path-mismatch"
    assert simulate(triage, b"just words").status_code == 422
    headers = {"Content-Type": "application/json"}
    path = "/policies/C:simulate"
    assert triage.call("POST", path, triage.token("manager"), data=b"{}", headers=headers).status_code == 415


def test_managers_and_leads_try_drafts_and_nobody_else(triage: Triage) -> None:
    for role, status in (("lead", 200), ("manager", 200), ("staff", 403), ("auditor", 403), ("department", 403)):
        assert simulate(triage, draft(), role=role).status_code == status


def test_nothing_is_changed_and_no_statement_writes(triage: Triage) -> None:
    for text in (INQUIRY, COMPLAINT, SUGGESTION):
        number = triage.demand(text)
        triage.act(number, "accept")
    before, written = everything(triage), list[str]()

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            written.append(statement)

    triage.call("GET", "/policies")  # the token's key and the books are known from now on
    raw = changed(
        "C", ("add_by_priority: {high: 4h, mid: 1wd, low: 3wd}", "add_by_priority: {high: 1h, mid: 1h, low: 1h}")
    )
    assert outcome(triage, raw)["counts"]["clocks"] == 3
    assert everything(triage) == before
    engine = triage.database.engine
    event.listen(engine, "before_cursor_execute", note)
    outcome(triage, raw)
    event.remove(engine, "before_cursor_execute", note)
    assert written == []


def test_a_chunk_costs_the_same_few_statements_however_many_demands_it_holds(triage: Triage) -> None:
    triage.demand(INQUIRY)
    outcome(triage, draft())
    with counted() as one:
        outcome(triage, draft())
    for _ in range(7):
        triage.act(triage.demand(INQUIRY), "accept")
    with counted() as eight:
        assert outcome(triage, draft())["examined"] == 8
    assert eight.statements == one.statements <= 14


def test_every_moment_that_clocks_start_at_is_told_by_some_event() -> None:
    assert {name for moments in STARTED.values() for name in moments} | AT_RECEIPT == STARTS


def test_what_does_not_fit_is_counted_and_left_off(triage: Triage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.triage.domain.simulation.MOST_SHOWN", 2)
    monkeypatch.setattr("services.triage.usecases.simulate_policy.CHUNK", 2)
    monkeypatch.setattr("services.triage.usecases.simulate_policy.MOST_DEMANDS", 4)
    numbers = []
    for minute in range(5):
        at = triage.at(RECEIVED_AT + timedelta(minutes=minute))
        one = received(INQUIRY, received_at=format_time(at))
        triage.receive(one)
        numbers.append(one.data["number"])
    raw = changed(
        "C", ("add_by_priority: {high: 4h, mid: 1wd, low: 3wd}", "add_by_priority: {high: 4h, mid: 2wd, low: 3wd}")
    )
    found = outcome(triage, raw)
    assert [one["number"] for one in found["items"]] == numbers[:2]
    assert (found["examined"], found["left_off"], found["counts"]["differ"]) == (4, 2, 4)
    assert found["through"] == format_time(RECEIVED_AT + timedelta(minutes=3)), "the fifth was not looked at"


@pytest.mark.parametrize("said", [{}, {"answered": False}, {"direction": "inbound"}])
def test_a_talk_told_again_meets_what_it_met(triage: Triage, said: dict[str, Any]) -> None:
    number = triage.demand(INQUIRY)
    triage.at("2024-10-09 10:00")
    say(triage, number, "2024-10-09 09:50", **said)
    triage.at("2024-10-12 12:00")
    raw = changed(
        "C", ("add_by_priority: {high: 4h, mid: 1wd, low: 3wd}", "add_by_priority: {high: 4h, mid: 2wd, low: 3wd}")
    )
    (item,) = outcome(triage, raw)["items"]
    (clock,) = [one for one in item["clocks"] if one["clock"] == "first_response"]
    expected = "late" if said else "met"  # what is no answer meets nothing
    assert (clock["before"]["outcome"], clock["after"]["outcome"]) == (expected, expected)


def test_a_draft_that_holds_clocks_of_what_is_blocked_moves_them(triage: Triage) -> None:
    number = triage.demand(INQUIRY)
    triage.act(number, "accept")
    triage.at("2024-10-09 10:00")
    triage.act(number, "block", reason="other")
    triage.at("2024-10-09 16:00")
    triage.act(number, "unblock")
    (item,) = outcome(triage, changed("C", (ASKED, HELD)))["items"]
    moved = {one["clock"]: (one["before"]["due_at"], one["after"]["due_at"]) for one in item["clocks"]}
    assert moved["resolution"][0] < moved["resolution"][1], "it stood still for a while"
    assert outcome(triage, draft())["items"] == []


def test_a_clock_that_opens_while_blocked_stands_still_from_the_start(triage: Triage) -> None:
    number = triage.demand(INQUIRY)
    triage.act(number, "accept")
    triage.act(number, "block", reason="other")
    triage.at("2024-10-09 10:00")
    triage.act(number, "transfer", department="PRD", reason="归产品部")
    triage.at("2024-10-12 16:00")
    (item,) = outcome(triage, changed("C", (ASKED, HELD)))["items"]
    (clock,) = [one for one in item["clocks"] if one["clock"] == "acceptance" and one["occurrence"] == 2]
    assert (clock["before"]["outcome"], clock["after"]["outcome"]) == ("late", "open")


def test_what_was_rejected_begins_its_grace_again(triage: Triage) -> None:
    number = triage.demand(INQUIRY)
    triage.act(number, "reject", kind="spam", reason="广告")
    assert outcome(triage, draft())["items"] == []
    raw = changed("C", ("starts_at: closed\n    add: 5wd", "starts_at: closed\n    add: 6wd"))
    (item,) = outcome(triage, raw)["items"]
    assert [(one["clock"], one["after"]["span"]) for one in item["clocks"]] == [("grace", "6wd")]


@pytest.mark.slow
def test_two_months_told_again_to_the_same_rules_come_out_as_they_were(
    make_triage: Callable[[str], Triage], tmp_path: Path
) -> None:
    """The replay is right: every clock of every story of the corpus, second cycles and delays too, is found again."""
    walk = Walk(make_triage(f"sqlite:///{tmp_path}/triage.sqlite"), load())
    walk.go()
    days = "?from=2024-09-20&to=2024-12-10"
    found = {code: outcome(walk.triage, draft(code), code, query=days) for code in ("A", "B", "C", "D")}
    assert {code: one["items"] for code, one in found.items()} == {code: [] for code in found}
    assert sum(one["examined"] for one in found.values()) >= 80


@pytest.fixture
def typed(triage: Triage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Types `demandflow policy simulate FILE`."""
    for name, value in triage.environ.items():
        monkeypatch.setitem(os.environ, name, value)
    (group,) = (one for one in cli.COMMANDS if one.name == "policy")

    def run(raw: bytes, *options: str) -> Any:
        (tmp_path / "it.yaml").write_bytes(raw)
        return CliRunner().invoke(group, ["simulate", str(tmp_path / "it.yaml"), *options])

    return run


def test_the_command_tells_the_same(triage: Triage, typed: Any) -> None:
    number = triage.demand(INQUIRY)
    raw = changed(
        "C", ("add_by_priority: {high: 4h, mid: 1wd, low: 3wd}", "add_by_priority: {high: 4h, mid: 2wd, low: 3wd}")
    )
    assert json.loads(typed(raw, "--json").output) == outcome(triage, raw)
    text = typed(raw, "--from", "2024-10-01", "--to", "2024-10-31").output
    assert number in text and "first_response" in text and "1wd" in text and "2wd" in text
    assert "clocks: 1" in text


def test_the_command_names_what_is_wrong(typed: Any) -> None:
    faulty = typed(changed("C", ("lead: SUP", "lead: XYZ")))
    assert faulty.exit_code == 1 and "policy-invalid" in faulty.output and "'XYZ'" in faulty.output
    assert "range-too-long" in typed(draft(), "--from", "2024-01-01", "--to", "2024-12-31").output
