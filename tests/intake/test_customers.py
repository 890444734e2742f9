"""Staff find, read and change customers; names and contacts stay in the vault."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from services.intake.tables import Identity
from shared.auth import sign_service_token, sign_token
from shared.messaging.tables import outbox
from shared.testing.counting import counted
from tests.intake.conftest import Intake, status
from tests.intake.policies import released
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


def _talk(intake: Intake, demand: Any, at: str, **said: Any) -> None:
    body = {"occurred_at": at, "channel": "phone", "direction": "outbound", "answered": True, **said}
    assert intake.call(f"{demand['number']}/communications", body, credential=intake.staff()).status_code == 201


def test_the_history_holds_the_latest_talks_about_any_of_the_demands(intake: Intake, number: str) -> None:
    first, second = (intake.post({**REPORT, "description": f"第{n}次：物流三天没有更新"}).json for n in (1, 2))
    for day in range(1, 22):
        words = f"{day}日已致电{PHONE}，告知物流进度"
        _talk(intake, second if day % 2 else first, f"2024-10-{day:02}T09:00:00Z", words=words)
    intake.post({**BODY, "customer": {"contact": {"phone": "13700000000"}}})
    answer = _call(intake, "GET", f"/{number}/history?limit=2")
    talks = answer.json["communications"]
    assert [one["occurred_at"][8:10] for one in talks] == [f"{day:02}" for day in range(21, 1, -1)]
    assert [one["number"] for one in talks[:2]] == [second["number"], first["number"]] and PHONE not in answer.text
    rest = _call(intake, "GET", f"/{number}/history?" + answer.headers["Link"].partition("?")[2].partition(">")[0])
    assert rest.json["communications"] == [] and len(rest.json["items"]) == 1
    intake.hears("demand.closed", second["id"], cycle=1, status=status("closed", "done"))
    newest = _call(intake, "GET", f"/{number}/history").json["items"][0]
    assert (newest["status"], newest["status_code"], newest["resolution"]) == ("closed", "closed", "done")


@pytest.fixture
def told(make_intake: Callable[..., Intake], database_url: str) -> tuple[Intake, str]:
    """Intake under the released policies, and a customer with an open and a closed demand."""
    intake = make_intake(database_url, released())
    words = {"shipping": "订单20231008001三天没有物流更新，想知道何时送达", "invoice": "希望在个人中心自己选发票抬头"}
    made = {
        name: intake.post(
            {**REPORT, "description": text, "order_number": order, "subject": f"{name}，请打{PHONE}"}
        ).json
        for (name, text), order in zip(words.items(), ("20231008001", "20231009002"), strict=True)
    }
    closed = {"code": "closed", "label": "已关闭", "category": "closed", "resolution": "done"}
    intake.hears("demand.completed", made["invoice"]["id"], cycle=1, result={"conclusion": "已列入迭代"})
    intake.hears("demand.closed", made["invoice"]["id"], cycle=1, status=closed)
    _talk(
        intake,
        made["shipping"],
        "2024-10-09T01:00:00Z",
        words="已告知暴雨延误",
        product="KX-200",
        order_number="20231008001",
    )
    found = _call(intake, "POST", ":find", {"phone": PHONE}).json["items"][0]
    return intake, str(found["number"])


def test_the_briefing_says_before_a_talk_what_is_known(told: tuple[Intake, str]) -> None:
    intake, number = told
    answer = _call(intake, "GET", f"/{number}/briefing")
    known = answer.json
    assert "王芳" not in answer.text and PHONE not in answer.text
    assert known["customer"]["number"] == number
    assert [(one["status"], one["status_label"]) for one in known["demands"]] == [
        ("pending", "待处理"), ("closed", "已关闭")
    ]  # fmt: skip
    assert known["demands"][1]["result"]["conclusion"] == "已列入迭代"
    assert [one["words"] for one in known["communications"]] == ["已告知暴雨延误"]
    assert {(one["kind"], one["name"], one["number"]) for one in known["business"]} == {
        ("order", "20231008001", known["demands"][0]["number"]),
        ("order", "20231009002", known["demands"][1]["number"]),
        ("product", "KX-200", known["demands"][0]["number"]),
    }
    assert len(known["reminders"]) == 4 and known["reminders"][0]["zh"] == "过往沟通记录"
    assert [one["reference"] for one in known["knowledge"]] == ["kb/shipping"], "of what is open, not of what is closed"


def test_the_briefing_brings_what_there_is_to_read_on_a_subject(told: tuple[Intake, str]) -> None:
    intake, number = told
    asked = _call(intake, "GET", f"/{number}/briefing?subject=发票抬头怎么改&policy=C").json
    assert [(one["policy"], one["code"]) for one in asked["knowledge"]] == [("C", "invoices")]
    assert _call(intake, "GET", f"/{number}/briefing?subject=天气").json["knowledge"] == []
    assert _call(intake, "GET", f"/{number}/briefing?policy=A").json["reminders"][0]["policy"] == "A"
    refused = _call(intake, "GET", f"/{number}/briefing?policy=Z")
    assert (refused.status_code, refused.json["errors"][0]["code"]) == (422, "unknown-policy")
    assert _call(intake, "GET", "/YQ0/briefing").status_code == 404
    assert _call(intake, "GET", f"/{number}/briefing", role="operator").status_code == 403


def test_a_briefing_costs_few_statements_however_much_was_said(told: tuple[Intake, str]) -> None:
    intake, number = told

    def cost() -> int:
        with counted() as found:
            assert _call(intake, "GET", f"/{number}/briefing").status_code == 200
        return found.statements

    before = cost()
    for day in range(1, 6):
        made = intake.post({**REPORT, "description": f"订单2024100{day}三天没有物流更新"}).json
        _talk(intake, made, "2024-10-09T01:00:00Z", words="已告知暴雨延误")
    assert cost() == before <= 4
