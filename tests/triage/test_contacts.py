"""The notifier, and nobody else, learns how staff is reached."""

from datetime import timedelta
from typing import Any

import pytest

from services.triage.tables import Staff
from services.triage.usecases.keep_staff import WantedStaff, set_staff
from shared.auth import sign_service_token
from shared.clock import business_now
from shared.keyset import KeySet, PublicKey, generate_signing_key, load_signing_key, public_jwk
from shared.refused import Refused
from tests.triage.conftest import Triage


def hire(triage: Triage, login: str, *roles: str, **more: Any) -> str:
    """Somebody; returns the id."""
    with triage.database.write() as session:
        set_staff(session, WantedStaff(login, f"赵{login}", roles or ("staff",), **more), now=business_now())
    return next(str(row.id) for row in triage.rows(Staff) if row.login == login)


def ask(
    triage: Triage, monkeypatch: pytest.MonkeyPatch, query: str, path: str = "recipients", service: str = "notifier"
) -> Any:
    """What a service, else the notifier, is answered."""
    key = generate_signing_key()
    jwk = public_jwk(key, service)
    public = PublicKey(jwk["kid"], service, load_signing_key(key).public_key())
    find = KeySet.find
    monkeypatch.setattr(KeySet, "find", lambda self, kid: public if kid == public.kid else find(self, kid))
    token = sign_service_token(key, service, "triage", timedelta(minutes=1))
    return triage.call("GET", f"/{path}?{query}", token)


def test_a_departments_people_who_can_be_reached(triage: Triage, monkeypatch: pytest.MonkeyPatch) -> None:
    lead = hire(triage, "lead", "lead", department="SUP", email="lead@example.org")
    clerk = hire(triage, "clerk", "staff", department="SUP", email="clerk@example.org")
    hire(triage, "silent", "staff", department="SUP")
    hire(triage, "gone", "lead", department="SUP", email="gone@example.org", disabled=True)
    hire(triage, "auditor", "auditor", department="SUP", email="auditor@example.org")
    hire(triage, "other", "lead", department="CSR", email="other@example.org")
    found = ask(triage, monkeypatch, "department=SUP").json["items"]
    assert found == [{"staff_id": one, "why": "department", "instead_of": None} for one in sorted([lead, clerk])]
    leads = ask(triage, monkeypatch, "department=SUP&role=lead").json["items"]
    assert leads == [{"staff_id": lead, "why": "department_lead", "instead_of": None}]
    address = ask(triage, monkeypatch, f"staff_id={clerk}", "contacts").json["items"]
    assert address == [{"staff_id": clerk, "name": "赵clerk", "email": "clerk@example.org"}]
    assert ask(triage, monkeypatch, "staff_id=nobody", "contacts").json["items"] == []


@pytest.mark.parametrize(
    ("path", "query", "place"), [("recipients", "role=lead", "/department"), ("contacts", "", "/staff_id")]
)
def test_a_question_names_somebody(
    triage: Triage, monkeypatch: pytest.MonkeyPatch, path: str, query: str, place: str
) -> None:
    answer = ask(triage, monkeypatch, query, path)
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, place)


@pytest.mark.parametrize("role", ["staff", "lead", "manager", "operator"])
def test_people_are_not_told(triage: Triage, role: str) -> None:
    for path in ("/contacts?staff_id=1", "/recipients?department=SUP"):
        assert triage.call("GET", path, triage.token(role)).status_code == 403


def test_an_address_stays_until_another_is_given(triage: Triage) -> None:
    hire(triage, "zhao", email="zhao@example.org")
    hire(triage, "zhao", "lead")
    (row,) = triage.rows(Staff)
    assert row.email == "zhao@example.org"
    hire(triage, "zhao", email="")
    (row,) = triage.rows(Staff)
    assert row.email is None
    with pytest.raises(Refused, match="staff-email"):
        hire(triage, "zhao", email="zhao at home")
    assert "example.org" not in str([row.data for row in triage.published()])


def test_reporting_opens_a_full_name_on_the_record(
    triage: Triage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = hire(triage, "li", department="CSR", disabled=True)
    found = ask(triage, monkeypatch, "", f"staff/{gone}/name", "reporting")
    assert found.json == {"id": gone, "name": "赵li", "department": "CSR"}
    said = capsys.readouterr().out
    assert "staff_name_opened" in said and gone in said and "赵li" not in said
    assert ask(triage, monkeypatch, "", "staff/nobody/name", "reporting").status_code == 404


@pytest.mark.parametrize("service", ["notifier", "intake"])
def test_no_other_service_opens_a_name(triage: Triage, monkeypatch: pytest.MonkeyPatch, service: str) -> None:
    someone = hire(triage, "li")
    assert ask(triage, monkeypatch, "", f"staff/{someone}/name", service).status_code == 403
    assert triage.call("GET", f"/staff/{someone}/name", triage.token("manager")).status_code == 403
