"""Staff and departments over HTTP, for managers."""

from typing import Any

import pytest

from tests.triage.conftest import Triage
from tests.triage.people import hire

ZHAO = {"name": "赵丽", "roles": ["staff"], "department": "SUP", "policy_roles": ["A.committee"]}


def put(triage: Triage, path: str, body: dict[str, Any], role: str = "manager") -> Any:
    return triage.call("PUT", path, triage.token(role), json=body)


def test_a_manager_adds_and_changes_people_and_sees_a_password_only_when_one_is_made(triage: Triage) -> None:
    added = put(triage, "/staff/zhao", ZHAO)
    assert added.status_code == 201 and added.json["password"]
    client = triage.app.test_client()
    login = {"login": "zhao", "password": added.json["password"]}
    assert client.post("/triage/api/v1/session", json=login).status_code == 201
    changed = put(triage, "/staff/zhao", {"name": "赵丽", "roles": ["lead"], "department": "SUP"})
    assert (changed.status_code, changed.json["password"], changed.json["roles"]) == (200, None, ["lead"])
    assert changed.json["policy_roles"] == ["A.committee"], "as before where none are said"
    again = client.post("/triage/api/v1/session/refresh", headers={"X-Requested-With": "x"})
    assert again.status_code == 401, "with other roles one logs in anew"
    assert client.post("/triage/api/v1/session", json=login).status_code == 201, "by the same password"
    fresh = put(triage, "/staff/zhao", {**ZHAO, "new_password": True})
    assert fresh.json["password"] not in (None, added.json["password"])
    assert triage.published("staff.changed")[-1].data["policy_roles"] == ["A.committee"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"policy_roles": ["A.king"]}, "staff-policy-role"),
        ({"policy_roles": ["committee"]}, "staff-policy-role"),
        ({"department": "XYZ"}, "staff-department"),
        ({"roles": []}, "staff-role"),
        ({"email": "zhao at home"}, "staff-email"),
        ({"roles": ["king"]}, "validation-failed"),
        ({"surprise": 1}, "validation-failed"),
    ],
)
def test_what_is_no_member_of_staff(triage: Triage, body: dict[str, Any], code: str) -> None:
    answer = put(triage, "/staff/zhao", {**ZHAO, **body})
    assert (answer.status_code, answer.json["code"]) == (422, code)
    assert triage.published("staff.changed") == []


def test_lists_are_for_managers_and_come_in_pages(triage: Triage) -> None:
    for login in ("zhao", "qian", "sun"):
        hire(triage, login, department="SUP" if login != "sun" else "TEC")
    first = triage.call("GET", "/staff?limit=2", triage.token("manager"))
    assert [one["login"] for one in first.json["items"]] == ["qian", "sun"]  # type: ignore[index]
    rest = first.headers["Link"].split(">")[0].removeprefix("<").partition("/api/v1")[2]
    assert [one["login"] for one in triage.call("GET", rest, triage.token("manager")).json["items"]] == [  # type: ignore[index]
        "zhao"
    ]
    only = triage.call("GET", "/staff?department=TEC", triage.token("manager")).json
    assert [one["login"] for one in only["items"]] == ["sun"]  # type: ignore[index]
    assert "password" not in str(first.json)
    for path, body in (("/staff/zhao", ZHAO), ("/departments/SUP", {"name_zh": "产品支持", "name_en": "Support"})):
        assert put(triage, path, body, "lead").status_code == 403
    assert triage.call("GET", "/staff", triage.token("lead")).status_code == 403


def test_a_manager_names_a_department_and_its_tool_goes_on(triage: Triage) -> None:
    key = triage.department("SUP", "queue")
    answer = put(triage, "/departments/SUP", {"name_zh": "产品支持中心", "name_en": "Support centre"})
    assert (answer.status_code, answer.json["delivery"]) == (200, "queue")
    assert triage.call("GET", "/demands", key).status_code == 200, "the key is still good"
    new = put(triage, "/departments/LAW", {"name_zh": "法务部", "name_en": "Legal"})
    assert (new.status_code, new.json["delivery"]) == (201, "workbench")
    assert put(triage, "/departments/law", {"name_zh": "法务部", "name_en": "Legal"}).json["code"] == "department-code"
    listed = triage.call("GET", "/departments?limit=200", triage.token("staff")).json
    assert {"SUP": "产品支持中心", "LAW": "法务部"}.items() <= {
        one["code"]: one["name_zh"]
        for one in listed["items"]  # type: ignore[index]
    }.items()
