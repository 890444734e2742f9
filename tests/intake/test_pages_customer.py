"""The page of a customer at the desk: facts, numbers, who else it may be, consents, and everything for who asks."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from services.intake.child_tables import ContactRead
from services.intake.tables import Customer
from tests.intake.conftest import Intake
from tests.intake.pages import Reader
from tests.intake.policies import released
from tests.intake.test_pages_desk import at_desk

NAME, PHONE = "欧阳金丝雀", "13800138000"
TEXT = "订单模块从上周起无法批量导出备注栏，影响每月对账"


@pytest.fixture
def house(make_intake: Callable[..., Intake], one_database: str) -> Intake:
    """An intake under the released policies with a phone channel and one customer."""
    intake = make_intake(one_database, released())
    intake.add_channel("hotline", kind="phone", policy="A")
    _report(intake, NAME, PHONE, order_number="SO-77")
    return intake


def _report(intake: Intake, name: str, phone: str, **more: Any) -> str:
    """A demand of somebody; the customer's number."""
    customer = {"name": name, "company": "蓝鲸物流", "contact": {"phone": phone}}
    assert intake.post({"policy": "A", "description": TEXT, "customer": customer, **more}).status_code == 201
    return str(intake.told("demand.received")[-1].data["customer"]["number"])


def _number(intake: Intake) -> str:
    return str(intake.told("demand.received")[0].data["customer"]["number"])


def _facts(intake: Intake, number: str) -> Any:
    with intake.database.read() as session:
        return session.execute(select(*Customer.__table__.columns).where(Customer.number == number)).one()


def _send(who: Reader, which: str, verb: str, /, **typed: str) -> Any:
    path = f"/desk/customers/{which}"
    return who.send(f"{path}/{verb}", who.get(path), typed, to=verb)


@pytest.mark.parametrize("who", ["SO-77", NAME, "金丝雀"])
def test_whom_an_order_or_a_name_leads_to_somebody_confirms(house: Intake, who: str) -> None:
    desk = at_desk(house)
    found = desk.send("/desk/find", desk.get("/desk"), {"who": who, "channel": "hotline"})
    assert found.status_code == 200 and _number(house) in found.text and "请与客户确认身份" in found.text
    assert PHONE not in found.text
    fresh = desk.send("/desk/find", found, {"who": who, "channel": "hotline"})
    assert fresh.status_code == 200 and "新客户" in fresh.text


def test_facts_are_changed_and_the_contact_stays_unseen(house: Intake) -> None:
    desk, number = at_desk(house), _number(house)
    page = desk.get(f"/desk/customers/{number}")
    assert PHONE not in page.text and NAME not in page.text and "尚未核实" in page.text
    changed = _send(
        desk, number, "change", company_name="蓝鲸物流", industry="物流", email="jin@example.com", verified="yes"
    )
    assert changed.status_code == 303
    row = _facts(house, number)
    assert (row.industry, row.verified_by, row.company_name) == ("物流", "staff:u-1", "蓝鲸物流")
    opened = _send(desk, number, "contact")
    assert PHONE in opened.text and "jin@example.com" in opened.text, "what was left empty stays"
    stale = desk.send(f"/desk/customers/{number}/change", page, {"industry": "零售业"}, to="change")
    assert stale.status_code == 422 and "刚被别人修改过" in stale.text and _facts(house, number).industry == "物流"
    wrong = _send(desk, number, "change", phone="12")
    assert wrong.status_code == 422 and "电话" in wrong.text


def test_numbers_are_noted_and_forgotten(house: Intake) -> None:
    desk, number = at_desk(house), _number(house)
    assert _send(desk, number, "add-number", kind="external", system="crm", number="K-1001").status_code == 303
    assert "K-1001" in desk.get(f"/desk/customers/{number}").text
    found = desk.send("/desk/find", desk.get("/desk"), {"who": "K-1001", "channel": "hotline"})
    assert found.headers["Location"].endswith(f"customer={number}"), "the number of another system is exact"
    refused = _send(desk, number, "add-number", kind="other", number="13900139000")
    assert refused.status_code == 422 and "不能作为编号" in refused.text
    _send(desk, number, "drop-number", kind="external", system="crm", number="K-1001")
    assert "K-1001" not in desk.get(f"/desk/customers/{number}").text


def test_two_that_are_one_are_merged_by_a_lead(house: Intake) -> None:
    first, second = _number(house), _report(house, NAME, "13900139000")
    staff, lead = at_desk(house), at_desk(house, "lead")
    page = staff.get(f"/desk/customers/{second}").text
    assert first in page and "姓名相同" in page and "/merge" not in page
    assert staff.client.post(f"/desk/customers/{second}/merge", data={"into": first}).status_code == 403
    assert _send(lead, second, "merge", into=first).status_code == 303
    assert "已并入" in lead.get(f"/desk/customers/{second}").text
    assert _facts(house, second).merged_into == first
    assert _send(lead, second, "unmerge").status_code == 303 and _facts(house, second).merged_into is None


def test_everything_is_given_to_whoever_asks_on_the_record(house: Intake) -> None:
    number, staff, lead = _number(house), at_desk(house), at_desk(house, "lead")
    assert "export.json" not in staff.get(f"/desk/customers/{number}").text
    saved = _send(lead, number, "export.json")
    assert (
        saved.headers["Content-Disposition"].startswith("attachment") and saved.headers["Cache-Control"] == "no-store"
    )
    held = json.loads(saved.get_data())
    assert held["customers"][0]["contact"]["phone"] == PHONE and held["demands"][0]["number"].startswith("XRQ")
    with house.database.read() as session:
        assert session.execute(select(ContactRead.purpose)).scalars().all() == ["export"]


def test_a_consent_is_taken_back_for_the_customer(house: Intake) -> None:
    house.add_channel("web", policy="A", form="record")
    reader, number, desk = Reader(house.client()), _number(house), at_desk(house)
    typed = {"customer.name": NAME, "customer.phone": PHONE, "type": "complaint", "consent": "yes", "description": TEXT}
    assert reader.send("/f/web", reader.get("/f/web"), typed).status_code == 303
    assert _send(desk, number, "withdraw-consent").status_code == 303
    page = desk.get(f"/desk/customers/{number}").text
    assert "撤回" in page and "/withdraw-consent" not in page


def test_values_and_sources_that_policies_know_are_offered(house: Intake) -> None:
    page = at_desk(house).get(f"/desk/customers/{_number(house)}").text
    for word in ('value="strategic">战略客户', 'value="focus">重点跟进', 'value="exhibition">展会推荐'):
        assert word in page
