"""What the record may hold under each policy, and what stays in the vault and in the sealed original."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from services.intake.domain import vault as boxes
from services.intake.tables import Customer, Demand, VaultEntry
from shared.auth import sign_service_token
from tests.intake.conftest import MASTER, Intake
from tests.intake.test_privacy import everything

PHONE, MAIL = "13912345678", "canary@example.cn"
TEXT = f"订单模块无法批量导出，请打{PHONE}或写{MAIL}"


def _contact(intake: Intake, demand: Any) -> Any:
    shown = intake.get(f"/api/v1/demands/{demand['number']}").json
    assert shown is not None
    token = sign_service_token(intake.keys["notifier"], "notifier", "intake")
    return intake.get(f"/api/v1/customers/{shown['customer']['number']}/contact?purpose=notice", token).json


def test_a_contact_in_the_text_goes_to_the_vault_where_the_record_may_hold_none(intake: Intake) -> None:
    created = intake.post({"policy": "A", "description": TEXT, "customer": {"name": "王"}}).json
    found = _contact(intake, created)
    assert (found["name"], found["phone"], found["email"]) == ("王", PHONE, MAIL)
    assert intake.told("demand.received")[0].data["reachable_by"] == ["email", "phone"]
    assert PHONE not in everything(intake) and MAIL not in everything(intake)


def test_elsewhere_a_text_is_only_redacted(intake: Intake) -> None:
    created = intake.post({"policy": "C", "description": TEXT, "customer": {"name": "王"}}).json
    assert _contact(intake, created)["phone"] is None
    assert PHONE not in everything(intake)


def test_a_contact_in_the_text_replaces_none_and_links_nobody(intake: Intake) -> None:
    given = {"contact": {"email": "own@example.cn"}}
    created = intake.post({"policy": "A", "description": TEXT, "customer": given}).json
    found = _contact(intake, created)
    assert (found["phone"], found["email"]) == (None, "own@example.cn")
    for name in ("甲", "乙"):
        intake.post({"policy": "A", "description": TEXT, "customer": {"name": name}})
    intake.post({"policy": "A", "description": "批量导出缺备注栏", "customer": {"contact": {"phone": PHONE}}})
    with intake.database.read() as session:
        assert len(session.execute(select(Customer.id)).all()) == 4


def test_a_supplements_text_may_bring_the_contact(intake: Intake) -> None:
    created = intake.post({"policy": "A", "description": "批量导出缺备注栏", "customer": {"name": "王"}}).json
    intake.call(f"{created['number']}/supplements", {"description": TEXT})  # type: ignore[index]
    assert _contact(intake, created)["phone"] == PHONE
    assert PHONE not in everything(intake)


@pytest.mark.parametrize(("policy", "shown"), [("A", True), ("C", False)])
def test_the_only_contact_of_the_record_is_its_ticket_number(intake: Intake, policy: str, shown: bool) -> None:
    created = intake.post({"policy": policy, "description": "批量导出缺备注栏"}).json
    assert created is not None
    seen = intake.get(f"/api/v1/demands/{created['number']}").json
    assert seen is not None and seen["ticket_number"] == (created["number"] if shown else None)


def test_sensitive_answers_stay_in_the_sealed_original(intake: Intake) -> None:
    body = {
        "policy": "D",
        "description": "想给订单模块加批量导出",
        "customer": {"name": "王", "contact": {"phone": PHONE}},
        "fields": {"年营收": "九千八百万", "source": "展会推荐"},
    }
    created = intake.post(body)
    assert created.status_code == 201 and created.json is not None
    assert intake.told("demand.received")[0].data["fields"] == {"source": "fair"}
    shown = intake.get(f"/api/v1/demands/{created.json['number']}").text
    assert "九千八百万" not in everything(intake) + shown + created.text
    with intake.database.read() as session:
        demand = session.execute(select(Demand.id, Demand.original, Demand.customer_id)).one()
        wrapped = session.execute(select(VaultEntry.wrapped_key)).scalar_one()
    key = boxes.Vault(boxes.master_from_text(MASTER)).unwrap(wrapped, demand.customer_id)
    assert boxes.unseal(key, demand.original, f"demand/{demand.id}")["fields"] == body["fields"]


def test_a_phone_in_a_number_field_is_hidden_too(intake: Intake) -> None:
    body = {"policy": "D", "description": "想给订单模块加批量导出", "fields": {"seats": int(PHONE)}}
    assert intake.post(body).status_code == 201
    assert PHONE not in everything(intake)
    assert json.dumps(intake.told("demand.received")[0].data["fields"])


def test_what_could_not_be_read_is_sealed_as_it_was_written(intake: Intake) -> None:
    key = intake.add_channel("letters", "paper")
    intake.post({"description": "批量导出缺备注栏", "expected_by": "下周三之前", "type": "报修"}, key=key)
    with intake.database.read() as session:
        demand = session.execute(select(Demand.id, Demand.original, Demand.customer_id)).one()
        wrapped = session.execute(select(VaultEntry.wrapped_key)).scalar_one()
    key_of = boxes.Vault(boxes.master_from_text(MASTER)).unwrap(wrapped, demand.customer_id)
    words = boxes.unseal(key_of, demand.original, f"demand/{demand.id}")
    assert (words["expected_by"], words["type"]) == ("下周三之前", "报修")
