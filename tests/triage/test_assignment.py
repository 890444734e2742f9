"""Who handles a demand: by name, whoever stands in, or whoever has least in hand; each department for its own."""

import pytest

from shared.policies import loader
from tests.triage.conftest import Triage, local, timer
from tests.triage.people import away, hire, token_of


def test_for_somebody_away_the_deputy_handles_it(triage: Triage) -> None:
    absent, deputy = hire(triage, "qian", department="SUP"), hire(triage, "sun", department="SUP")
    number = triage.demand()
    away(triage, "qian")
    assert triage.refused(number, "assign", handler="qian") == "handler-away"
    triage.act(number, "assign", handler="qian", even_if_away=True)
    assert triage.shown(number)["handler"]["staff_id"] == absent
    away(triage, "qian", "sun")
    triage.act(number, "assign", handler="qian")
    assert triage.shown(number)["handler"]["staff_id"] == deputy
    told = [row.data["instead_of"] for row in triage.published("demand.assigned")]
    assert told == [None, absent]


def by_load(triage: Triage, number: str) -> tuple[int, str]:
    """(status, staff id of the handler or the problem's code) after assigning to whoever has least in hand."""
    answer = triage.call("POST", f"/demands/{number}/assign", triage.token("lead"), json={"by": "load"})
    assert answer.json is not None
    if answer.status_code != 200:
        return answer.status_code, str(answer.json["code"])
    return 200, str(triage.shown(number)["handler"]["staff_id"])


def test_by_load_whoever_of_the_department_has_least_in_hand(triage: Triage) -> None:
    first, second = hire(triage, "first", department="SUP"), hire(triage, "second", department="SUP")
    for login, role, department in (("absent", "staff", "SUP"), ("head", "lead", "SUP"), ("other", "staff", "TEC")):
        hire(triage, login, role, department=department)
    away(triage, "absent")
    numbers = [triage.demand() for _ in range(5)]
    triage.act(numbers[0], "assign", handler="first")
    assert by_load(triage, numbers[1]) == (200, second)
    triage.at("2024-10-08 15:00")
    triage.act(numbers[2], "assign", handler="second")
    assert by_load(triage, numbers[3]) == (200, first), "two against one"
    triage.act(numbers[0], "complete", conclusion="已处理")
    assert by_load(triage, numbers[4]) == (200, first), "what is completed is in nobody's hands"


def test_of_those_with_as_much_in_hand_whose_last_assignment_is_the_oldest(triage: Triage) -> None:
    first, second = hire(triage, "first", department="SUP"), hire(triage, "second", department="SUP")
    found = []
    for hour in (15, 16, 17):
        triage.at(f"2024-10-08 {hour}:00")
        number = triage.demand()
        found.append(by_load(triage, number)[1])
        triage.act(number, "complete", conclusion="已处理")
    assert set(found[:2]) == {first, second} and found[2] == found[0]


def test_where_nobody_is_here_nobody_is_assigned(triage: Triage) -> None:
    hire(triage, "lead", "lead", department="SUP")
    assert by_load(triage, triage.demand()) == (409, "nobody-to-assign")
    assert triage.published("demand.assigned") == []


def test_staff_of_another_department_finds_no_such_demand(triage: Triage) -> None:
    hire(triage, "own", department="SUP")
    hire(triage, "other", department="TEC")
    number = triage.demand()
    for action, body in (("accept", {}), ("progress", {"text": "x"}), ("assign", {"handler": "own"})):
        answer = triage.call("POST", f"/demands/{number}/{action}", token_of(triage, "other"), json=body)
        assert (answer.status_code, answer.json["code"]) == (404, "demand-unknown")  # type: ignore[index]
    assert triage.call("GET", f"/demands/{number}", token_of(triage, "other")).status_code == 404
    assert triage.call("POST", f"/demands/{number}/accept", token_of(triage, "own")).status_code == 200


def test_a_joining_department_takes_on_its_own_part_and_no_more(triage: Triage) -> None:
    hire(triage, "tech", department="TEC")
    number = triage.demand("建议订单模块支持批量导出", policy="A", type="suggestion")
    assert triage.shown(number)["joining"] == ["TEC"]
    token = token_of(triage, "tech")
    assert triage.call("POST", f"/demands/{number}/accept", token).status_code == 200
    shown = triage.shown(number)
    assert (shown["status"]["category"], shown["accepted_at"]) == ("pending", None), "the lead has not accepted"
    assert [row.data["department"] for row in triage.published("demand.joined")] == ["TEC"]
    again = triage.call("POST", f"/demands/{number}/accept", token)
    assert (again.status_code, again.json["code"]) == (409, "already-answered")  # type: ignore[index]
    assert triage.call("POST", f"/demands/{number}/decline", token, json={}).status_code == 404


def ring_acceptance(triage: Triage, number: str, version: int = 1) -> None:
    """The moment comes by which the department should have accepted."""
    at = triage.at(triage.due(number, "acceptance")[-1])
    triage.receive(timer(triage, number, at=at, clock="acceptance", version=version))


@pytest.mark.parametrize("policy", ["A", "B", "C", "D"])
def test_what_nobody_accepts_in_time_comes_back_to_the_desk(triage: Triage, policy: str) -> None:
    category = next(one for one in loader.installed().pinned(policy, "1").types if one.lead not in ("CSR",))
    number = triage.demand(policy=policy, type=category.code)
    lead = triage.shown(number)["lead"]
    assert lead != "CSR"
    assert triage.due(number, "acceptance") == ["2024-10-09 14:30"]
    ring_acceptance(triage, number)
    shown = triage.shown(number)
    assert (shown["lead"], shown["status"]["category"]) == ("CSR", "pending")
    (breached,), (routed,) = triage.published("deadline.breached"), triage.published("demand.routed")
    assert (breached.data["code"], breached.data["department"]) == ("acceptance", lead)
    assert (routed.data["declined_by"], routed.data["reason"]) == (lead, "not accepted in time")
    assert breached.version < routed.version
    assert triage.due(number, "acceptance") == ["2024-10-10 14:30"], "the desk has as long"
    ring_acceptance(triage, number, 2)
    assert triage.shown(number)["lead"] == "CSR" and len(triage.published("demand.routed")) == 1


def test_the_tool_of_a_department_is_told_that_it_was_too_slow(triage: Triage) -> None:
    triage.department("SUP", "queue")
    number = triage.demand()
    ring_acceptance(triage, number)
    (withdrawn,) = triage.published("work.withdrawn")
    assert (withdrawn.data["department"], withdrawn.data["reason"]) == ("SUP", "not accepted in time")
    late = triage.command("SUP", "accept", demand=number)
    assert (late.type, late.data["problem"]["code"]) == ("demandflow.work.refused.v1", "already-answered")


@pytest.mark.parametrize("action", ["accept", "assign"])
def test_who_accepts_or_is_assigned_in_time_keeps_it(triage: Triage, action: str) -> None:
    hire(triage, "qian", department="SUP")
    number = triage.demand()
    ringing = timer(triage, number, at=local("2024-10-09 14:30"), clock="acceptance")
    triage.act(number, action, **({"handler": "qian"} if action == "assign" else {}))
    triage.at("2024-10-09 14:30")
    triage.receive(ringing)
    assert triage.shown(number)["lead"] == "SUP" and triage.published("demand.routed") == []


def test_each_offer_gives_the_next_department_its_own_time(triage: Triage) -> None:
    number = triage.demand()
    triage.at("2024-10-09 09:00")
    triage.act(number, "transfer", department="TEC", reason="需要技术判断")
    assert triage.due(number, "acceptance") == ["2024-10-10 09:00"]
    triage.at("2024-10-09 10:00")
    token = triage.token("lead", department="TEC")
    assert triage.call("POST", f"/demands/{number}/decline", token, json={"reason": "不属于"}).status_code == 200
    assert triage.due(number, "acceptance") == ["2024-10-10 10:00"]


def test_a_transfer_keeps_the_other_clocks(triage: Triage) -> None:
    number = triage.demand()
    before = {code: triage.due(number, code) for code in ("first_response", "resolution")}
    triage.at("2024-10-09 09:00")
    triage.act(number, "transfer", department="TEC", reason="需要技术判断")
    assert {code: triage.due(number, code) for code in before} == before
