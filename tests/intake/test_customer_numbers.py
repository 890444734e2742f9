"""Customers have several numbers, and are found by any of them, by orders and by names."""

import pytest
from sqlalchemy import select

from services.intake.child_tables import NamePart
from services.intake.tables import Demand
from tests.intake.conftest import Intake
from tests.intake.customers import MAIL, PHONE, Desk


@pytest.fixture
def desk(intake: Intake) -> Desk:
    """A desk."""
    return Desk(intake)


CRM = {"kind": "external", "system": "crm", "number": "C-10023/8"}


def test_a_number_of_another_system_is_noted_once_and_leads_to_the_customer(desk: Desk) -> None:
    number, other = desk.report(phone=PHONE)["customer"], desk.report(phone="13900000001")["customer"]
    noted = desk.call("POST", f"/{number}/numbers", CRM)
    assert noted.status_code == 201
    assert [(one["system"], one["number"], one["by"]) for one in noted.json["items"]] == [
        ("crm", "C-10023/8", "staff:u-1")
    ]
    assert desk.call("POST", f"/{number}/numbers", CRM).status_code == 200
    taken = desk.call("POST", f"/{other}/numbers", CRM)
    assert (taken.status_code, taken.json["code"]) == (409, "number-taken")
    assert desk.find(number="C-10023/8") == [(number, "exact", ["number"])]
    assert desk.find(number=other) == [(other, "exact", ["number"])]
    assert desk.call("GET", f"/{number}/numbers", role="auditor").json == noted.json
    query = "?kind=external&system=crm&number=C-10023/8"
    assert desk.call("DELETE", f"/{number}/numbers{query}").json == {"items": []}
    assert desk.call("DELETE", f"/{number}/numbers{query}").status_code == 404
    assert desk.find(number="C-10023/8") == []


@pytest.mark.parametrize(
    "number", [PHONE, "110101199003074530", MAIL, "6222021234567890128", "", "a b", "x" * 81, "客户8", "-dash-"]
)
def test_what_looks_like_a_person_is_no_number(desk: Desk, number: str) -> None:
    customer = desk.report(phone="13900000001")["customer"]
    answer = desk.call("POST", f"/{customer}/numbers", {"kind": "other", "number": number})
    assert answer.status_code == 422 and (not number or number not in answer.text)


def test_a_customer_has_so_many_numbers_and_no_more(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.intake.usecases.note_numbers.MOST", 2)
    customer = desk.report(phone=PHONE)["customer"]
    codes = [
        desk.call("POST", f"/{customer}/numbers", {"kind": "order", "number": f"O-{n}"}).status_code for n in range(3)
    ]
    assert codes == [201, 201, 409]
    assert len(desk.call("GET", f"/{customer}/numbers").json["items"]) == 2


def test_an_order_suggests_who_asked_about_it(desk: Desk) -> None:
    first = desk.report(phone=PHONE, order_number="SO-2024-77")["customer"]
    second = desk.report(phone="13900000001")
    desk.intake.call(f"{second['number']}/supplements", {"order_number": "SO-2024-77"})
    third = desk.report(phone="13900000002")["customer"]
    desk.call("POST", f"/{third}/numbers", {"kind": "order", "number": "SO-2024-77"})
    found = desk.find(order_number="SO-2024-77")
    assert {one[0] for one in found} == {first, second["customer"], third}
    assert all(one[1:] == ("suggestion", ["order-number"]) for one in found)
    both = desk.find(order_number="SO-2024-77", phone=PHONE)
    assert both[0] == (first, "exact", ["phone"]) and len(both) == 3, "who is known exactly is no suggestion"


def test_an_order_number_that_names_somebody_is_not_looked_up(desk: Desk) -> None:
    desk.report(phone=PHONE, order_number=f"SO {PHONE}")
    with desk.intake.database.read() as session:
        assert session.execute(select(Demand.order_number)).scalar_one() is None


def test_a_name_suggests_and_nobody_can_read_it(desk: Desk) -> None:
    full, other = (
        desk.report("欧阳金丝雀", phone=PHONE)["customer"],
        desk.report("王芳", phone="13900000001")["customer"],
    )
    for wanted in ("欧阳金丝雀", "欧阳", "金丝雀"):
        assert desk.find(name=wanted) == [(full, "suggestion", ["name"])]
    assert desk.find(name="欧芳") == [] == desk.find(name="芳")
    changed = desk.change(other, {"name": "Wang Li", "company_name": "远望科技"})
    assert changed.status_code == 200
    assert desk.find(name="王芳") == [], "the former name leads nowhere"
    assert desk.find(name="wang LI") == desk.find(name="远望科技") == [(other, "suggestion", ["name"])]
    with desk.intake.database.read() as session:
        hashes = session.execute(select(NamePart.hash)).scalars().all()
    assert all(len(one) == 32 and int(one, 16) >= 0 for one in hashes)


def test_a_name_that_comes_later_is_found_too(desk: Desk) -> None:
    number = desk.report(None, phone=PHONE)["customer"]
    assert desk.find(name="王芳") == []
    desk.report("王芳", phone=PHONE)
    assert desk.find(name="王芳")[0][0] == number


def test_what_is_found_is_bounded(desk: Desk) -> None:
    for n in range(22):
        desk.report("王芳", phone=f"139000000{n:02}")
    assert len(desk.find(name="王芳")) == 20


def test_duplicates_are_suggested_with_two_reasons(desk: Desk) -> None:
    company = {"company": "远望科技", "kind": "company"}
    one = desk.report("王芳", phone=PHONE, order_number="SO-1", customer=company)["customer"]
    both = desk.report("王芳", phone="13900000001", order_number="SO-1", customer={**company})["customer"]
    order = desk.report("李雷", phone="13900000002", order_number="SO-1", customer={**company})["customer"]
    desk.report("王芳", phone="13900000003")
    desk.report("韩梅", phone="13900000004", customer={**company})
    answer = desk.call("GET", f"/{one}/duplicates")
    assert [(row["number"], row["reasons"]) for row in answer.json["items"]] == [
        (both, ["same-name", "same-company", "same-order-number"]),
        (order, ["same-company", "same-order-number"]),
    ]
    assert "王芳" not in answer.text
    assert desk.call("POST", f"/{both}:merge", {"into": one}).status_code == 200
    assert [row["number"] for row in desk.call("GET", f"/{one}/duplicates").json["items"]] == [order]
    assert desk.call("GET", "/YQ0/duplicates").status_code == 404
