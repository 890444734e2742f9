"""A CRM tells what it knows: found by its number, else by phone or mail, else new; said twice is said once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.intake.conftest import Intake
from tests.intake.customers import MAIL, PHONE, Desk
from tests.intake.test_privacy import everything

RECORD = {
    "name": "陈远", "company": "远望科技", "industry": "制造业", "tier": "重点跟进", "value": "vip",
    "source": "展会推荐", "preferred_channel": "email", "contact": {"phone": PHONE, "email": MAIL},
    "numbers": [{"kind": "order", "system": "erp", "number": "SO-1"}],
    "business": [
        {"kind": "order", "name": "SO-1", "at": "2024-09-01T08:00:00+08:00"},
        {"kind": "product", "name": "KX-200（陈远签收）"},
    ],
}  # fmt: skip


class Crm(Desk):
    """A desk with a CRM beside it."""

    def __init__(self, intake: Intake) -> None:
        super().__init__(intake)
        self.key = intake.add_channel("crm", kind="crm")

    def tells(self, body: Any, number: str = "C-1", **headers: str) -> Any:
        """PUT what the CRM knows."""
        return self.send("PUT", f"/external/crm/{number}", body, self.key, **headers)


@pytest.fixture
def crm(intake: Intake) -> Crm:
    """A CRM."""
    return Crm(intake)


def test_a_new_customer_comes_whole_and_nothing_of_it_lies_open(crm: Crm) -> None:
    made = crm.tells(RECORD)
    assert made.status_code == 201 and made.json["number"].startswith("YQ")
    number = made.json["number"]
    shown = {name: made.json[name] for name in ("kind", "company_name", "industry", "tier", "value", "source")}
    assert shown == {
        "kind": "company", "company_name": "远望科技", "industry": "制造业", "tier": "重点跟进", "value": "vip",
        "source": "展会推荐",
    }  # fmt: skip
    assert crm.contact(number) == {"number": number, "name": "陈远", "phone": PHONE, "email": MAIL, "im": None}
    assert crm.find(number="C-1") == crm.find(number="SO-1") == [(number, "exact", ["number"])]
    text = everything(crm.intake)
    assert "陈远" not in text and PHONE not in text
    assert crm.report(None, phone=PHONE)["customer"] == number


def test_the_same_again_changes_nothing(crm: Crm) -> None:
    first = crm.tells(RECORD)
    again = crm.tells(RECORD)
    assert (again.status_code, again.json) == (200, first.json)
    assert len(crm.told(first.json["number"])) == 1
    numbers = crm.call("GET", f"/{first.json['number']}/numbers").json["items"]
    assert [(one["kind"], one["system"], one["number"]) for one in numbers] == [
        ("external", "crm", "C-1"), ("order", "erp", "SO-1")
    ]  # fmt: skip


def test_what_it_names_counts_and_nothing_is_emptied(crm: Crm) -> None:
    number = crm.tells(RECORD).json["number"]
    changed = crm.tells({"tier": "长期维护", "industry": None, "contact": {"phone": "13900000001"}})
    assert (changed.status_code, changed.json["tier"], changed.json["industry"]) == (200, "长期维护", "制造业")
    contact = crm.contact(number)
    assert (contact["name"], contact["phone"], contact["email"]) == ("陈远", "13900000001", MAIL)
    assert [row.data["tier"] for row in crm.told(number)] == ["重点跟进", "长期维护"]
    assert crm.find(phone=PHONE) == [], "the number it had before leads to nobody"


def test_a_customer_who_reported_before_is_linked_by_phone_or_mail(crm: Crm) -> None:
    known = crm.report("陈", phone=PHONE)["customer"]
    told = crm.tells(RECORD)
    assert (told.status_code, told.json["number"]) == (200, known)
    assert crm.contact(known)["name"] == "陈远", "the CRM knows better than a report"
    assert crm.find(number="C-1")[0][0] == known


def test_contacts_and_numbers_of_others_are_refused_and_nothing_is_kept(crm: Crm) -> None:
    other = crm.report("李雷", phone="13900000001")["customer"]
    number = crm.tells(RECORD).json["number"]
    taken = crm.tells({"tier": "潜力客户", "contact": {"phone": "13900000001"}})
    assert (taken.status_code, taken.json["code"]) == (409, "contact-taken")
    second = crm.tells({"name": "别人", "numbers": [{"kind": "order", "system": "erp", "number": "SO-1"}]}, "C-2")
    assert (second.status_code, second.json["code"]) == (409, "number-taken")
    assert crm.read(number)["tier"] == "重点跟进" and crm.contact(other)["name"] == "李雷"
    assert crm.find(number="C-2") == []


def test_its_business_stands_in_the_briefing_and_the_newer_list_counts(crm: Crm) -> None:
    number = crm.tells(RECORD).json["number"]
    crm.report(None, phone=PHONE, order_number="SO-7")

    def business() -> list[tuple[Any, ...]]:
        rows = crm.call("GET", f"/{number}/briefing").json["business"]
        return [(one["kind"], one["name"], one["system"], one["number"] is not None) for one in rows]

    assert business() == [
        ("order", "SO-7", None, True), ("order", "SO-1", "crm", False),
        ("product", "KX-200（[客户1]签收）", "crm", False),
    ]  # fmt: skip
    crm.tells({"business": [{"kind": "order", "name": "SO-2"}]})
    assert business()[1:] == [("order", "SO-2", "crm", False)]
    crm.tells({"tier": "长期维护"})
    assert len(business()) == 2, "what it does not name stays"
    crm.tells({"business": []})
    assert len(business()) == 1


def test_a_merged_customers_record_belongs_to_the_survivor(crm: Crm) -> None:
    number, survivor = crm.tells(RECORD).json["number"], crm.report("陈远", phone="13900000001")["customer"]
    assert crm.call("POST", f"/{number}:merge", {"into": survivor}).status_code == 200
    told = crm.tells({"tier": "潜力客户"})
    assert (told.json["number"], told.json["tier"]) == (survivor, "潜力客户")
    assert crm.tells(RECORD).json["number"] == survivor


@pytest.mark.parametrize(
    "body",
    [
        {"surprise": 1}, {"contact": {"phone": "x"}}, {"kind": "robot"}, {"number": "YQ1"},
        {"business": [{"kind": "order", "name": "x"}] * 101}, {"business": [{"kind": "gift", "name": "x"}]},
        {"business": [{"kind": "order", "name": " "}]}, {"numbers": [{"kind": "order", "number": PHONE}]},
        {"business": [{"kind": "order", "name": "x", "amount": 5}]},
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(crm: Crm, body: dict[str, Any]) -> None:
    assert crm.tells(body).status_code == 422
    assert crm.find(number="C-1") == []


def test_an_external_id_may_have_a_slash_and_names_nobody(crm: Crm) -> None:
    assert crm.tells({"name": "陈远"}, "A/1.2_3").status_code == 201
    assert crm.tells({"tier": "潜力客户"}, "A/2").json["code"] == "customer-empty"
    refused = crm.tells({"name": "陈远"}, PHONE)
    assert (refused.status_code, refused.json["errors"][0]["code"]) == (422, "personal-data")
    assert PHONE not in refused.text


def test_only_the_crm_and_those_in_charge_may(crm: Crm) -> None:
    wrong = crm.send("PUT", "/external/crm/C-1", RECORD, crm.intake.key)
    assert (wrong.status_code, wrong.json["code"]) == (403, "channel-not-crm")
    assert crm.call("PUT", "/external/crm/C-1", RECORD, role="staff").status_code == 403
    assert crm.call("PUT", "/external/crm/C-1", RECORD, role="manager").status_code == 201
    assert crm.tells({"tier": "x"}, If_Match='"v9"').status_code == 412
    assert crm.tells({"policy": "Z", "name": "x"}, "C-9").json["errors"][0]["code"] == "unknown-policy"


def test_twins_make_one_customer(crm: Crm) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: crm.tells(RECORD), range(4)))
    assert sorted(one.status_code for one in answers) == [200, 200, 200, 201]
    assert len({one.json["number"] for one in answers}) == 1
    assert len(crm.call("GET", "").json["items"]) == 1
