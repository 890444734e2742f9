"""Somebody is away: deputies stand in, nothing ends in an empty chair, and only the right people may say so."""

import json

import pytest
from click.testing import CliRunner

from services.triage import cli
from services.triage.tables import Staff
from tests.triage.conftest import Triage
from tests.triage.people import away, hire, id_of, put_absence
from tests.triage.test_contacts import ask

CHAIN = "department=SUP&role=lead&desk=CSR"


def reached(triage: Triage, monkeypatch: pytest.MonkeyPatch, handler: str) -> list[tuple[str, str, str | None]]:
    """(log-in name, why, instead of whom) of those who are told about a handler's demand."""
    logins = {row.id: row.login for row in triage.rows(Staff)}
    answer = ask(triage, monkeypatch, f"staff_id={handler}&{CHAIN}")
    assert answer.status_code == 200, answer.json
    return [(logins[one["staff_id"]], one["why"], logins.get(one["instead_of"])) for one in answer.json["items"]]


def test_each_link_of_the_chain_from_the_handler_to_any_manager(
    triage: Triage, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler = hire(triage, "qian", department="SUP")
    for login, roles, department in (
        ("sun", ("staff",), "SUP"), ("li", ("staff",), "TEC"), ("lead", ("lead",), "SUP"), ("zhou", ("lead",), "TEC"),
        ("desk", ("staff",), "CSR"), ("boss", ("manager",), None), ("aide", ("auditor",), None),
    ):  # fmt: skip
        hire(triage, login, *roles, department=department)
    assert reached(triage, monkeypatch, handler) == [("qian", "handler", None)]
    away(triage, "qian", "sun")
    assert reached(triage, monkeypatch, handler) == [("sun", "handler", "qian")]
    away(triage, "sun", "li")
    assert reached(triage, monkeypatch, handler) == [("li", "handler", "qian")], "a deputy's deputy"
    away(triage, "li")
    assert reached(triage, monkeypatch, handler) == [("lead", "department_lead", None)]
    away(triage, "lead", "zhou")
    assert reached(triage, monkeypatch, handler) == [("zhou", "department_lead", "lead")]
    away(triage, "zhou")
    assert reached(triage, monkeypatch, handler) == [("desk", "desk", None)]
    away(triage, "desk")
    assert reached(triage, monkeypatch, handler) == [("boss", "manager", None)]
    away(triage, "boss", "aide")
    assert reached(triage, monkeypatch, handler) == [("aide", "manager", "boss")]
    triage.at("2024-10-11 09:00")
    assert reached(triage, monkeypatch, handler) == [("qian", "handler", None)], "everybody is back"


def test_without_a_lead_and_a_desk_a_manager_is_told(triage: Triage, monkeypatch: pytest.MonkeyPatch) -> None:
    handler = hire(triage, "qian", department="SUP", disabled=True)
    hire(triage, "boss", "manager", email="boss@example.org")
    assert reached(triage, monkeypatch, handler) == [("boss", "manager", None)]


def test_who_cannot_be_written_to_is_passed_over(triage: Triage, monkeypatch: pytest.MonkeyPatch) -> None:
    handler = hire(triage, "qian", department="SUP", email="")
    hire(triage, "lead", "lead", department="SUP")
    assert reached(triage, monkeypatch, handler) == [("lead", "department_lead", None)]


def test_who_holds_a_policys_role_is_told_before_the_department(
    triage: Triage, monkeypatch: pytest.MonkeyPatch
) -> None:
    hire(triage, "lead", "lead", department="SUP")
    elsewhere = hire(triage, "wu", department="TEC", policy_roles=("B.project_lead",))
    query = f"policy_role=B.project_lead&{CHAIN}"
    assert [one["staff_id"] for one in ask(triage, monkeypatch, query).json["items"]] == [elsewhere]
    own = hire(triage, "zheng", department="SUP", policy_roles=("B.project_lead",))
    found = ask(triage, monkeypatch, query).json["items"]
    assert found == [{"staff_id": own, "why": "policy_role", "instead_of": None}], "of the department that leads"


def test_deputies_never_turn_in_a_circle(triage: Triage) -> None:
    for login in ("qian", "sun", "li"):
        hire(triage, login, department="SUP")
    away(triage, "qian", "sun")
    away(triage, "sun", "li")
    answer = put_absence(triage, "li", until="2024-10-11T09:00:00+08:00", deputy="qian")
    assert (answer.status_code, answer.json["code"]) == (409, "deputy-circle")  # type: ignore[index]
    later = {"from": "2024-10-11T09:00:00+08:00", "until": "2024-10-12T09:00:00+08:00"}
    assert put_absence(triage, "li", **later, deputy="qian").status_code == 200, "one after the other is no circle"


@pytest.mark.parametrize(
    ("body", "place", "code"),
    [
        ({"until": "2024-10-08T14:30:00+08:00"}, "/until", "absence-empty"),
        ({"from": "2024-10-01T09:00:00+08:00", "until": "2024-10-02T09:00:00+08:00"}, "/until", "absence-over"),
        ({"until": "2024-10-09T14:30:00+08:00", "deputy": "nobody"}, "/deputy", "unknown-deputy"),
        ({"until": "2024-10-09T14:30:00+08:00", "deputy": "qian"}, "/deputy", "unknown-deputy"),
        ({"until": "2024-10-09"}, "/until", "type"),
        ({}, "/until", "required"),
    ],
)
def test_what_is_no_absence(triage: Triage, body: dict[str, str], place: str, code: str) -> None:
    hire(triage, "qian")
    answer = put_absence(triage, "qian", **body)
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, place)  # type: ignore[index]
    assert answer.json["errors"][0]["code"] == code  # type: ignore[index]
    assert len(triage.published("staff.changed")) == 1


def test_one_speaks_for_oneself_for_ones_people_and_as_a_manager_for_all(triage: Triage) -> None:
    for login, role, department in (("qian", "staff", "SUP"), ("lead", "lead", "SUP"), ("other", "lead", "TEC")):
        hire(triage, login, role, department=department)
    said = {"until": "2024-10-11T09:00:00+08:00"}
    assert put_absence(triage, "qian", by="qian", **said).status_code == 200
    assert put_absence(triage, "qian", by="lead", **said).status_code == 200
    answer = put_absence(triage, "qian", by="other", **said)
    assert (answer.status_code, answer.json["code"]) == (403, "absence-of-another")  # type: ignore[index]
    assert put_absence(triage, "lead", by="qian", **said).status_code == 403
    assert put_absence(triage, "nobody", **said).status_code == 404


def test_an_absence_is_told_without_names_and_can_be_taken_back(triage: Triage) -> None:
    deputy = hire(triage, "sun")
    hire(triage, "qian")
    away(triage, "qian", "sun")
    told = triage.published("staff.changed")[-1].data
    assert told["away"] == {"from": "2024-10-08T06:30:00Z", "until": "2024-10-11T01:00:00Z", "deputy": deputy}
    assert triage.call("DELETE", f"/staff/{id_of(triage, 'qian')}/absence", triage.token("manager")).status_code == 200
    assert triage.published("staff.changed")[-1].data["away"] is None


def test_what_the_absent_handler_has_in_hand_is_listed_for_handing_over(triage: Triage) -> None:
    handler = hire(triage, "qian", department="SUP")
    numbers = [triage.demand() for _ in range(3)]
    for number in numbers:
        triage.act(number, "assign", handler="qian")
    triage.act(numbers[0], "complete", conclusion="已处理")
    answer = put_absence(triage, "qian", until="2024-10-11T09:00:00+08:00")
    assert answer.json["open_demands"] == 2  # type: ignore[index]
    listed = triage.call("GET", f"/demands?handler={handler}&open=true").json
    assert [one["number"] for one in listed["items"]] == sorted(numbers[1:])  # type: ignore[index]


def test_the_verb_says_who_is_away(triage: Triage, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in triage.environ.items():
        monkeypatch.setenv(name, value)
    deputy = hire(triage, "sun")
    hire(triage, "qian")
    words = ["away", "qian", "--until", "2024-10-11T09:00+08:00", "--deputy", "sun", "--json"]
    told = json.loads(CliRunner().invoke(cli.staff, words).output)
    assert told["absence"]["deputy"] == deputy and told["open_demands"] == 0
    for bad in (["away", "qian"], ["away", "nobody", "--back"], ["away", "qian", "--until", "tomorrow"]):
        assert CliRunner().invoke(cli.staff, bad).exit_code != 0
    assert json.loads(CliRunner().invoke(cli.staff, ["away", "qian", "--back", "--json"]).output)["absence"] is None
