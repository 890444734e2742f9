"""Staff find, read and change customers; names and contacts stay in the vault."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from services.intake.tables import Identity
from shared.auth import sign_service_token, sign_token
from shared.messaging.tables import outbox
from tests.intake.conftest import Intake
from tests.intake.test_accept import BODY

PHONE, MAIL = "13800138000", "wang@example.com"
REPORT = {**BODY, "customer": {"name": "王芳", "contact": {"phone": PHONE, "email": MAIL}}}


def _staff(intake: Intake, role: str = "staff") -> dict[str, str]:
    claims = {"sub": "u-1", "kind": "staff", "roles": [role]}
    life = timedelta(minutes=5)
    token = sign_token(intake.keys["triage"], issuer="triage", audience="intake", claims=claims, lifetime=life)
    return {"Authorization": f"Bearer {token}"}


def _call(intake: Intake, method: str, path: str, body: Any = None, role: str = "staff", **headers: str) -> Any:
    sent = _staff(intake, role) | {name.replace("_", "-"): value for name, value in headers.items()}
    return intake.client().open(f"/intake/api/v1/customers{path}", method=method, json=body, headers=sent)


@pytest.fixture
def number(intake: Intake) -> str:
    """A customer who reported once."""
    assert intake.post(REPORT).status_code == 201
    return str(_call(intake, "POST", ":find", {"phone": PHONE}).json["items"][0]["number"])


def _contact(intake: Intake, number: str) -> Any:
    token = sign_service_token(intake.keys["notifier"], "notifier", "intake")
    return intake.get(f"/api/v1/customers/{number}/contact?purpose=notice", token).json


def test_a_customer_is_found_by_any_form_of_phone_or_mail(intake: Intake, number: str) -> None:
    for wanted in ({"phone": "+86 138-0013-8000"}, {"email": "WANG@example.com"}):
        assert [one["number"] for one in _call(intake, "POST", ":find", wanted).json["items"]] == [number]
    assert _call(intake, "POST", ":find", {"phone": "13900000000"}).json["items"] == []
    assert _call(intake, "POST", ":find", {}).json["items"] == []


def test_reading_names_nobody(intake: Intake, number: str) -> None:
    answer = _call(intake, "GET", f"/{number}")
    assert (answer.json["masked_name"], answer.headers["ETag"]) == ("王*", '"v1"')
    assert "王芳" not in answer.text and PHONE not in answer.text
    assert _call(intake, "GET", "/YQ0").status_code == 404


def test_changing_needs_what_was_last_seen(intake: Intake, number: str) -> None:
    assert _call(intake, "PATCH", f"/{number}", {"tier": "重点跟进"}).status_code == 428
    assert _call(intake, "PATCH", f"/{number}", {"tier": "重点跟进"}, If_Match='"v9"').status_code == 412
    changed = _call(intake, "PATCH", f"/{number}", {"tier": "重点跟进"}, If_Match='"v1"')
    assert (changed.status_code, changed.json["tier"], changed.headers["ETag"]) == (200, "重点跟进", '"v2"')
    with intake.database.read() as session:
        told = session.execute(select(outbox).where(outbox.c.type == "demandflow.customer.changed.v1")).all()
    assert [(row.version, row.data["tier"]) for row in told] == [(1, None), (2, "重点跟进")]


def test_a_change_that_changes_nothing_is_none(intake: Intake, number: str) -> None:
    assert _call(intake, "PATCH", f"/{number}", {"kind": "person"}, If_Match='"v1"').headers["ETag"] == '"v1"'


def test_staff_replace_a_contact_and_the_old_one_links_no_more(intake: Intake, number: str) -> None:
    new = {"name": "王方", "contact": {"phone": "13911112222"}}
    assert _call(intake, "PATCH", f"/{number}", new, If_Match='"v1"').status_code == 200
    assert _contact(intake, number) == {
        "number": number, "name": "王方", "phone": "13911112222", "email": MAIL, "im": None
    }  # fmt: skip
    assert _call(intake, "POST", ":find", {"phone": PHONE}).json["items"] == []
    assert _call(intake, "POST", ":find", {"phone": "13911112222"}).json["items"][0]["number"] == number
    with intake.database.read() as session:
        assert len(session.execute(select(Identity.hash)).all()) == 2


def test_a_contact_of_another_customer_is_refused(intake: Intake, number: str) -> None:
    intake.post({**BODY, "customer": {"contact": {"phone": "13700000000"}}})
    answer = _call(intake, "PATCH", f"/{number}", {"contact": {"phone": "13700000000"}}, If_Match='"v1"')
    assert (answer.status_code, answer.json["code"]) == (409, "contact-taken")
    assert _contact(intake, number)["phone"] == PHONE


@pytest.mark.parametrize(
    "body",
    [{"number": "YQ1"}, {"masked_name": "x"}, {"kind": "robot"}, {"contact": {"phone": "x"}}, {"tier": "长" * 41}],
)
def test_what_does_not_fit_is_refused(intake: Intake, number: str, body: dict[str, Any]) -> None:
    assert _call(intake, "PATCH", f"/{number}", body, If_Match='"v1"').status_code == 422


def test_history_is_paged_and_redacted(intake: Intake, number: str) -> None:
    for index in range(4):
        intake.post({**REPORT, "description": f"第{index}次：请打{PHONE}，物流三天没有更新"})
    first = _call(intake, "GET", f"/{number}/history?limit=3")
    rest = _call(intake, "GET", f"/{number}/history?" + first.headers["Link"].partition("?")[2].partition(">")[0])
    listed = [one["number"] for one in first.json["items"] + rest.json["items"]]
    assert len(listed) == 5 and listed == sorted(listed, reverse=True)
    assert PHONE not in first.text
    assert _call(intake, "GET", f"/{number}/history?cursor=x").status_code == 422


@pytest.mark.parametrize(
    ("role", "statuses"), [("auditor", (403, 200, 403)), ("manager", (200, 200, 403)), ("lead", (200, 200, 200))]
)
def test_who_may(intake: Intake, number: str, role: str, statuses: tuple[int, int, int]) -> None:
    found = (
        _call(intake, "POST", ":find", {"phone": PHONE}, role).status_code,
        _call(intake, "GET", f"/{number}", None, role).status_code,
        _call(intake, "PATCH", f"/{number}", {"tier": "a"}, role, If_Match='"v1"').status_code,
    )
    assert found == statuses
    assert intake.get(f"/api/v1/customers/{number}").status_code == 403, "a channel may not"
