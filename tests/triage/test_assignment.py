"""Who handles a demand: by name, whoever stands in, or whoever has least in hand; each department for its own."""

from tests.triage.conftest import Triage
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
