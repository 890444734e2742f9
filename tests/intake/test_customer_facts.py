"""Where a customer came from, how they want to be reached, whether the contact was checked, how they are listed."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.intake.conftest import Intake
from tests.intake.customers import MAIL, PHONE, Desk
from tests.intake.policies import released


@pytest.fixture
def desk(make_intake: Callable[..., Intake], database_url: str) -> Desk:
    """A desk under the released policies."""
    return Desk(make_intake(database_url, released()))


def _form(desk: Desk, source: str, **customer: Any) -> str:
    more: dict[str, Any] = {"policy": "D", "fields": {"source": source}, "customer": customer}
    return str(desk.report("王芳", phone=PHONE, **more)["customer"])


def test_a_forms_source_stays_with_the_customer_and_the_first_one_wins(desk: Desk) -> None:
    number = _form(desk, "展会推荐")
    assert desk.read(number)["source"] == "exhibition"
    assert _form(desk, "老客户转介绍") == number
    assert desk.read(number)["source"] == "exhibition"
    assert [row.data["source"] for row in desk.told(number)] == ["exhibition"]
    assert desk.change(number, {"source": "行业峰会"}).json["source"] == "行业峰会"


def test_a_source_comes_later_where_none_was_known(desk: Desk) -> None:
    number = desk.report("王芳", phone=PHONE)["customer"]
    assert desk.read(number)["source"] is None
    _form(desk, "老客户转介绍")
    assert [row.data["source"] for row in desk.told(number)] == [None, "referral"]


def test_the_preferred_way_fills_a_gap_and_goes_with_later_demands(desk: Desk) -> None:
    first = desk.report("王芳", phone=PHONE, customer={"contact": {"phone": PHONE}, "preferred_channel": "phone"})
    number = first["customer"]
    desk.report("王芳", phone=PHONE, customer={"contact": {"phone": PHONE}, "preferred_channel": "email"})
    assert desk.read(number)["preferred_channel"] == "phone"
    desk.report("王芳", phone=PHONE)
    assert [row.data["preferred_channel"] for row in desk.intake.told("demand.received")] == ["phone", "email", "phone"]
    assert desk.change(number, {"preferred_channel": "im"}).json["preferred_channel"] == "im"
    assert desk.change(number, {"preferred_channel": "fax"}).status_code == 422


def test_a_contact_is_verified_by_whoever_checked_it_and_not_for_ever(desk: Desk) -> None:
    number = desk.report("王芳", phone=PHONE)["customer"]
    assert desk.read(number)["verified_at"] is None
    done = desk.change(number, {"verified": True}).json
    assert (done["verified_by"], done["version"]) == ("staff:u-1", 2) and done["verified_at"]
    assert desk.change(number, {"verified": True}).json == done, "checked once is checked"
    assert desk.change(number, {"tier": "重点跟进"}).json["verified_at"] == done["verified_at"]
    changed = desk.change(number, {"contact": {"email": MAIL}}).json
    assert changed["verified_at"] is None, "another contact is not the one that was checked"
    assert desk.change(number, {"verified": True}).json["verified_at"]
    assert desk.change(number, {"verified": False}).json["verified_by"] is None
    assert desk.change(number, {"verified": "yes"}).status_code == 422


def test_the_list_is_paged_and_filtered(desk: Desk) -> None:
    numbers = [desk.report("王芳", phone=f"1380013800{n}")["customer"] for n in range(4)]
    assert desk.change(numbers[2], {"tier": "重点跟进", "industry": "制造业"}).status_code == 200
    first = desk.call("GET", "?limit=3")
    rest = desk.call("GET", "?" + first.headers["Link"].partition("?")[2].partition(">")[0])
    listed = [one["number"] for one in first.json["items"] + rest.json["items"]]
    assert listed == numbers[::-1] and "Link" not in rest.headers
    only = desk.call("GET", "?tier=重点跟进&industry=制造业&kind=person").json["items"]
    assert [one["number"] for one in only] == [numbers[2]] and "王芳" not in first.text
    assert desk.call("GET", "?kind=company").json["items"] == []
    assert desk.call("GET", "?kind=robot").status_code == 422 and desk.call("GET", "?cursor=x").status_code == 422
    assert desk.call("GET", "", role="operator").status_code == 403


def test_staff_make_a_customer_without_a_demand(desk: Desk) -> None:
    body = {
        "name": "陈某", "company": "远望科技", "industry": "制造业", "tier": "潜力客户", "source": "展会推荐",
        "contact": {"phone": PHONE}, "numbers": [{"kind": "order", "number": "20231008001"}],
    }  # fmt: skip
    made = desk.call("POST", "", body, role="staff", Idempotency_Key="k")
    assert made.status_code == 201, made.json["errors"]
    assert made.json["number"].startswith("YQ")
    assert (made.json["kind"], made.json["tier"], made.json["source"]) == ("company", "潜力客户", "展会推荐")
    again = desk.call("POST", "", body, role="staff", Idempotency_Key="k")
    assert again.json == made.json
    taken = desk.call("POST", "", {"name": "别人", "contact": {"phone": PHONE}})
    assert (taken.status_code, taken.json["code"]) == (409, "contact-taken")
    assert desk.find(phone=PHONE) == [(made.json["number"], "exact", ["phone"])]
    assert desk.call("POST", "", {"name": "x", "policy": "Z"}).json["errors"][0]["code"] == "unknown-policy"
    assert desk.report(None, phone=PHONE)["customer"] == made.json["number"], "a later demand is theirs"
    assert desk.call("POST", "", {"tier": "潜力客户"}).json["code"] == "customer-empty"
