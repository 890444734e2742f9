"""Personal data stands in no column, event or log line in the clear, and opens only for a service on the record."""

import json
from typing import Any

import pytest
from sqlalchemy import MetaData, select

from services.intake.child_tables import ContactRead
from services.intake.domain import vault
from shared.auth import sign_service_token
from tests.intake.conftest import Intake
from tests.intake.test_accept import BODY

NAME, PHONE, EMAIL = "欧阳金丝雀", "13912345678", "canary@example.cn"
CANARY: dict[str, Any] = {
    "customer": {"name": NAME, "contact": {"phone": PHONE, "email": EMAIL}, "industry": f"{PHONE}"},
    "subject": f"请联系{NAME}",
    "description": f"我是{NAME}，电话{PHONE}，订单三天没有物流更新，回复{EMAIL}",
    "product": PHONE,
    "order_number": PHONE,
    "related_number": PHONE,
    "wishes": f"打{PHONE}",
    "feedback": {"text": f"{NAME}{PHONE}"},
    "referral": {"partner": NAME, "reference": PHONE},
    "fields": {"contract_number": PHONE},
}


def everything(intake: Intake) -> str:
    """All rows of all tables as text."""
    metadata = MetaData()
    metadata.reflect(intake.database.engine)
    with intake.database.read() as session:
        rows = [dict(row) for table in metadata.tables.values() for row in session.execute(select(table)).mappings()]
    return json.dumps(rows, ensure_ascii=False, default=repr)


def test_a_canary_appears_nowhere(intake: Intake, capsys: pytest.CaptureFixture[str]) -> None:
    created = intake.post(CANARY, Idempotency_Key=PHONE)
    assert created.status_code == 201
    shown = intake.get(f"/api/v1/demands/{created.json['number']}")  # type: ignore[index]
    printed = capsys.readouterr()
    for text in (everything(intake), created.text, shown.text, printed.out, printed.err):
        for canary in (NAME, PHONE, EMAIL):
            assert canary not in text


def test_a_later_report_is_redacted_by_what_the_vault_knows(intake: Intake) -> None:
    intake.post(CANARY)
    intake.post({"customer": {"contact": {"phone": PHONE}}, "description": f"{NAME}还在等物流更新的消息"})
    assert NAME not in everything(intake)


def test_a_refusal_does_not_echo_values(intake: Intake) -> None:
    answer = intake.post({**CANARY, "type": NAME, "customer": {"contact": {"phone": NAME}}})
    assert answer.status_code == 422 and NAME not in json.loads(json.dumps(answer.text))
    assert NAME not in intake.post({**CANARY, "type": NAME}).get_data(as_text=True)


def test_a_service_opens_a_contact_and_that_is_recorded(intake: Intake) -> None:
    number = _customer_of(intake, intake.post(CANARY).json)
    token = sign_service_token(intake.keys["notifier"], "notifier", "intake")
    answer = intake.get(f"/api/v1/customers/{number}/contact?purpose=notice", token)
    assert answer.json == {"number": number, "name": NAME, "phone": PHONE, "email": EMAIL, "im": None}
    with intake.database.read() as session:
        row = session.execute(select(ContactRead)).scalar_one()
        assert (row.customer_number, row.purpose, row.reader) == (number, "notice", "service:notifier")


def test_nobody_else_opens_it(intake: Intake) -> None:
    path = f"/api/v1/customers/{_customer_of(intake, intake.post(BODY).json)}/contact?purpose=notice"
    assert intake.get(path).status_code == 403
    assert intake.client().get(path).status_code == 401
    elsewhere = sign_service_token(intake.keys["notifier"], "notifier", "triage")
    assert intake.get(path, elsewhere).status_code == 401
    reporting = sign_service_token(intake.keys["reporting"], "reporting", "intake")
    assert intake.get(path, reporting).status_code == 403, "reporting tells nobody anything"
    assert intake.get(path.replace("=notice", "=archive"), reporting).status_code == 200


def test_a_contact_needs_a_known_purpose_and_customer(intake: Intake) -> None:
    token = sign_service_token(intake.keys["notifier"], "notifier", "intake")
    assert intake.get("/api/v1/customers/YQ1/contact?purpose=notice", token).status_code == 404
    assert intake.get("/api/v1/customers/YQ1/contact?purpose=curiosity", token).status_code == 422
    assert intake.get("/api/v1/customers/YQ1/contact", token).status_code == 422


def test_a_box_opens_only_for_its_owner_and_key() -> None:
    keys = vault.Vault(bytes(32))
    key, wrapped = keys.new_key("one")
    assert keys.unwrap(wrapped, "one") == key
    box = vault.seal(key, {"phone": PHONE}, "contact/one")
    assert vault.unseal(key, box, "contact/one") == {"phone": PHONE}
    for attempt in (
        lambda: vault.unseal(key, box, "contact/two"),
        lambda: vault.unseal(bytes(32), box, "contact/one"),
        lambda: keys.unwrap(wrapped, "two"),
        lambda: vault.unseal(key, b"short", "contact/one"),
    ):
        with pytest.raises(vault.Unsealable):
            attempt()


def _customer_of(intake: Intake, created: Any) -> str:
    answer = intake.get(f"/api/v1/demands/{created['number']}").json
    assert answer is not None
    return str(answer["customer"]["number"])
