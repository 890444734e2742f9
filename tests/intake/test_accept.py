"""Accepting a demand over HTTP."""

from typing import Any

import pytest
from sqlalchemy import select, text, update

from services.intake.tables import Customer, Demand
from shared.messaging.tables import outbox, relay_state
from tests.intake.conftest import Intake

BODY: dict[str, Any] = {
    "customer": {"name": "王小明", "contact": {"phone": "138 0013 8000"}},
    "description": "订单已发货三天没有物流更新，想知道何时送达",
    "type": "咨询",
    "urgency": "高",
}


def _events(intake: Intake) -> list[Any]:
    with intake.database.read() as session:
        return list(session.execute(select(outbox).order_by(outbox.c.seq)).all())


def test_a_demand_gets_its_number_policy_and_promise(intake: Intake) -> None:
    answer = intake.post(BODY)
    assert answer.status_code == 201, answer.json
    body = answer.json
    assert body is not None
    assert set(body) == {
        "id", "number", "policy", "received_at", "first_response_by", "quality", "tracking_url"
    }  # fmt: skip
    assert body["number"].startswith("M20") and body["number"].endswith("001")
    assert body["policy"] == {"code": "C", "version": "1"}
    assert body["first_response_by"] > body["received_at"]
    assert body["quality"] == {"vague": [], "missing": []}


def test_the_events_carry_the_demand_and_the_new_customer(intake: Intake) -> None:
    intake.post(BODY)
    changed, received = _events(intake)
    assert (changed.routing_key, changed.version) == ("intake.customer.changed.v1", 1)
    assert (received.routing_key, received.version) == ("intake.demand.received.v1", 1)
    assert received.data["type"] == "inquiry" and received.data["urgency"] == "high"
    assert received.data["customer"]["masked_name"] == "王*"
    assert received.data["reachable_by"] == ["phone"]
    assert changed.subject == f"customer/{received.data['customer']['number']}"


def test_the_same_phone_in_another_spelling_is_the_same_customer(intake: Intake) -> None:
    intake.post(BODY)
    again = {**BODY, "customer": {"name": "王", "contact": {"phone": "+86-13800138000"}}}
    assert intake.post(again).status_code == 201
    with intake.database.read() as session:
        assert len(session.execute(select(Customer)).all()) == 1
    assert [row.type.split(".")[1] for row in _events(intake)] == ["customer", "demand", "demand"]


def test_a_report_fills_gaps_but_replaces_no_contact(intake: Intake) -> None:
    number = _number(intake, intake.post(BODY).json["number"])  # type: ignore[index]
    body = {
        **BODY,
        "customer": {"number": number, "contact": {"phone": "13900139000", "email": "a@example.cn"}},
    }
    assert intake.post(body).status_code == 201
    assert _events(intake)[-1].data["reachable_by"] == ["email", "phone"]
    with intake.database.read() as session:
        assert len(session.execute(select(Customer)).all()) == 1


def test_missing_words_are_told_and_refused_only_when_strict(intake: Intake) -> None:
    answer = intake.post({"customer": BODY["customer"]})
    assert answer.status_code == 201 and answer.json is not None
    assert answer.json["quality"] == {"vague": [], "missing": ["description"]}
    strict = intake.post({"customer": BODY["customer"]}, query="?strict=true")
    assert strict.status_code == 422 and strict.json is not None
    assert strict.json["errors"][0]["pointer"] == "/description"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"policy": "Z"}, "/policy"),
        ({"type": "不存在"}, "/type"),
        ({"status": "closed"}, "/status"),
        ({"customer": {"contact": {"phone": "abc"}}}, "/customer/contact/phone"),
        ({"customer": {"contact": {"email": "nobody"}}}, "/customer/contact/email"),
        ({"customer": {"number": "YQ0"}}, "/customer/number"),
        ({"expected_by": "tomorrow"}, "/expected_by"),
        ({"occurred_at": "2026-01-01T10:00:00"}, "/occurred_at"),
        ({"fields": {"no_such_field": 1}}, "/fields"),
        ({"description": 5}, "/description"),
        ({"impact": {"customers": -1}}, "/impact/customers"),
    ],
)
def test_wrong_formats_are_refused_with_a_pointer(intake: Intake, change: dict[str, Any], pointer: str) -> None:
    answer = intake.post({**BODY, **change})
    assert answer.status_code == 422 and answer.json is not None
    assert [row["pointer"] for row in answer.json["errors"]] == [pointer]
    with intake.database.read() as session:
        assert session.execute(select(Demand)).first() is None


@pytest.mark.parametrize("data", ["[]", '"text"', "{", '{"description": "a", "description": "b"}'])
def test_what_is_no_object_is_refused(intake: Intake, data: str) -> None:
    headers = {"Authorization": f"Bearer {intake.key}", "Content-Type": "application/json"}
    answer = intake.client().post("/api/v1/demands", data=data, headers=headers)
    assert answer.status_code in (400, 422)
    assert answer.mimetype == "application/problem+json"


def test_without_a_key_and_with_a_wrong_one(intake: Intake) -> None:
    assert intake.client().post("/api/v1/demands", json=BODY).status_code == 401
    assert intake.post(BODY, key="dfk_wrong").status_code == 401


def test_a_full_outbox_is_503_with_retry_after(intake: Intake) -> None:
    with intake.database.write() as session:
        session.execute(text("INSERT INTO relay_state (id, epoch, unsent) VALUES (1, 1, 0)"))
        session.execute(update(relay_state).values(unsent=1000))
    answer = intake.post(BODY)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0


def test_a_channel_sees_only_its_own_demands(intake: Intake) -> None:
    created = intake.post(BODY).json
    assert created is not None
    for key in (created["number"], created["id"]):
        seen = intake.get(f"/api/v1/demands/{key}")
        assert seen.status_code == 200 and seen.headers["ETag"] == '"v1"'
        assert seen.json is not None and seen.json["status"] == "pending"
    other = intake.add_channel("other")
    assert intake.get(f"/api/v1/demands/{created['number']}", other).status_code == 404
    assert intake.get("/api/v1/demands/M0", other).status_code == 404


def _number(intake: Intake, demand: str) -> str:
    answer = intake.get(f"/api/v1/demands/{demand}").json
    assert answer is not None
    return str(answer["customer"]["number"])


def test_every_operation_has_a_role(intake: Intake) -> None:
    from shared.http.app import endpoints_without_role

    assert endpoints_without_role(intake.app, "intake") == []


def test_staff_write_down_what_came_by_phone(intake: Intake) -> None:
    intake.add_channel("hotline", kind="phone")
    body = {"description": "订单模块从上周起无法批量导出备注栏", "customer": {"contact": {"phone": "13800138000"}}}
    headers = {"Authorization": f"Bearer {intake.staff()}"}

    def post(query: str) -> Any:
        return intake.client().post(f"/intake/api/v1/demands{query}", json=body, headers=headers)

    assert post("?channel=hotline").status_code == 201
    (received,) = intake.told("demand.received")
    assert (received.data["channel"], received.data["taken_by"]) == ("hotline", "staff:u-1")
    assert post("?channel=test").json["code"] == "channel-not-the-desks", "a web form is filled in by its customer"
    assert post("").json["code"] == post("?channel=nowhere").json["code"] == "channel-unknown"
    assert intake.post(body, query="?channel=hotline").json["code"] == "channel-given"  # type: ignore[index]
    assert len(intake.told("demand.received")) == 1
