"""Staff log in with a password, go on with a cookie that no script reads, and are locked out after five wrong tries."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import update

from services.triage import cli
from services.triage.tables import Staff, StaffSession
from services.triage.usecases.keep_staff import WantedStaff, set_staff
from shared.auth import BadCredentials, verify_token
from shared.clock import business_now, system_now
from shared.keyset import KeySet
from tests.triage.conftest import COMPLAINT, Triage


def hire(triage: Triage, login: str = "zhao", **changes: Any) -> str:
    """Somebody with the role lead; returns the password."""
    wanted = WantedStaff(login, "赵丽", ("lead",), **changes)
    with triage.database.write() as session:
        return set_staff(session, wanted, now=business_now())


def log_in(triage: Triage, login: str, password: str, client: Any = None) -> Any:
    body = {"login": login, "password": password}
    return (client or triage.app.test_client()).post("/triage/api/v1/session", json=body)


def test_a_token_opens_every_service_for_ten_minutes(triage: Triage) -> None:
    answer = log_in(triage, "zhao", hire(triage))
    assert answer.status_code == 201, answer.text
    token = answer.json["access_token"]
    keys = KeySet(Path(triage.environ["DEMANDFLOW_JWKS_FILE"]))
    for service in ("intake", "triage", "notifier", "reporting"):
        found = verify_token(token, audience=service, keys=keys)
        assert (found.kind, found.roles) == ("staff", frozenset({"lead"}))
    with pytest.raises(BadCredentials):
        verify_token(token, audience="elsewhere", keys=keys)
    assert triage.call("GET", "/demands", token).status_code == 200


def test_the_cookie_gets_new_tokens_until_log_out(triage: Triage) -> None:
    client = triage.app.test_client()
    answer = log_in(triage, "zhao", hire(triage), client)
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie and "Path=/" in cookie
    header = {"X-Requested-With": "fetch"}
    assert client.post("/triage/api/v1/session/refresh").status_code == 400
    assert client.post("/triage/api/v1/session/refresh", headers=header).json["access_token"]
    assert client.delete("/triage/api/v1/session").status_code == 204
    assert client.post("/triage/api/v1/session/refresh", headers=header).status_code == 401
    assert triage.rows(StaffSession) == []


def test_a_session_ends_by_itself(triage: Triage) -> None:
    client = triage.app.test_client()
    log_in(triage, "zhao", hire(triage), client)
    with triage.database.write() as session:
        session.execute(update(StaffSession).values(expires_at=system_now() - timedelta(seconds=1)))
    assert client.post("/triage/api/v1/session/refresh", headers={"X-Requested-With": "x"}).status_code == 401


def test_wrong_names_and_passwords_are_told_alike(triage: Triage) -> None:
    hire(triage)
    answers = [log_in(triage, login, "wrong") for login in ("zhao", "nobody")]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.json["title"] for answer in answers}) == 1


def test_five_wrong_tries_lock_for_a_while(triage: Triage) -> None:
    password = hire(triage)
    for _ in range(5):
        assert log_in(triage, "zhao", "wrong").status_code == 401
    assert log_in(triage, "zhao", password).status_code == 401
    with triage.database.write() as session:
        session.execute(update(Staff).values(locked_until=system_now() - timedelta(seconds=1)))
    assert log_in(triage, "zhao", password).status_code == 201


def test_a_right_try_forgets_the_wrong_ones(triage: Triage) -> None:
    password = hire(triage)
    for _ in range(3):
        for _ in range(4):
            log_in(triage, "zhao", "wrong")
        assert log_in(triage, "zhao", password).status_code == 201


def test_who_has_a_department_sees_its_demands_only(triage: Triage) -> None:
    triage.demand()
    complaint = triage.demand(COMPLAINT)
    token = log_in(triage, "zhao", hire(triage, department="CSR")).json["access_token"]
    listed = triage.call("GET", "/demands", token).json
    assert listed is not None and [one["number"] for one in listed["items"]] == [complaint]
    assert triage.call("POST", f"/demands/{complaint}/accept", token).status_code == 200


def test_a_new_password_ends_what_the_old_one_opened(triage: Triage) -> None:
    client = triage.app.test_client()
    old = hire(triage)
    log_in(triage, "zhao", old, client)
    new = hire(triage)
    assert client.post("/triage/api/v1/session/refresh", headers={"X-Requested-With": "x"}).status_code == 401
    assert (log_in(triage, "zhao", old).status_code, log_in(triage, "zhao", new).status_code) == (401, 201)
    hire(triage, disabled=True)
    assert log_in(triage, "zhao", new).status_code == 401
    told = triage.published("staff.changed")
    assert [(row.version, row.data["active"], row.data["masked_name"]) for row in told] == [
        (1, True, "赵*"), (2, True, "赵*"), (3, False, "赵*")
    ]  # fmt: skip


def test_the_verb_prints_a_password_once(triage: Triage, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in triage.environ.items():
        monkeypatch.setenv(name, value)
    words = ["add", "qian", "--name", "钱明", "--role", "manager", "--json"]
    told = json.loads(CliRunner().invoke(cli.staff, words).output)
    assert log_in(triage, "qian", told["password"]).json["roles"] == ["manager"]
    for bad in (["add", "Q!", "--name", "x", "--role", "lead"], ["add", "qian", "--name", "x", "--role", "king"]):
        assert CliRunner().invoke(cli.staff, bad).exit_code != 0
    unknown = ["add", "sun", "--name", "孙", "--role", "lead", "--department", "XYZ"]
    assert "staff-department" in CliRunner().invoke(cli.staff, unknown).output


def test_no_password_is_kept_in_the_clear(triage: Triage) -> None:
    password = hire(triage)
    log_in(triage, "zhao", password)
    assert password not in repr(triage.rows(Staff)) + repr(triage.rows(StaffSession)) + repr(triage.published())
