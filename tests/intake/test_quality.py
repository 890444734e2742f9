"""What a policy asks for: of whom, when, and who is not asked again."""

from typing import Any

import pytest

from tests.intake.conftest import Intake

TEXT = "订单已发货三天没有物流更新，想知道何时送达"
PERSON: dict[str, Any] = {"name": "王小明", "contact": {"phone": "13800138000"}}


def _quality(intake: Intake, **body: Any) -> Any:
    key = body.pop("key", None)
    answer = intake.post({"description": TEXT, **body}, key=key)
    assert answer.status_code == 201, answer.json
    assert answer.json is not None
    return answer.json["quality"]


def test_a_new_customer_is_asked_for_more_than_a_known_one(intake: Intake) -> None:
    assert _quality(intake, policy="D", customer=PERSON)["missing"] == ["fields.source"]
    assert _quality(intake, policy="D", customer={"contact": {"phone": "13800138000"}}) == {"vague": [], "missing": []}
    assert [row.data["known_customer"] for row in intake.told("demand.received")] == [False, True]


def test_a_company_is_asked_for_its_name(intake: Intake) -> None:
    company = {**PERSON, "kind": "company"}
    assert _quality(intake, policy="D", customer=company)["missing"] == ["customer.company", "fields.source"]
    known = {**PERSON, "company": "某科技公司"}
    assert _quality(intake, policy="D", customer=known, fields={"source": "展会推荐"})["missing"] == []
    assert _quality(intake, policy="D", customer=company)["missing"] == []


def test_nobody_is_reached_without_a_contact(intake: Intake) -> None:
    missing = _quality(intake, policy="D", customer={"name": "王小明"}, fields={"source": "fair"})["missing"]
    assert missing == ["customer.contact"]
    by_im = {"name": "王小明", "contact": {"im": "dingtalk-1"}}
    assert _quality(intake, policy="D", customer=by_im, fields={"source": "fair"})["missing"] == []


def test_a_pure_rating_needs_no_description(intake: Intake) -> None:
    rating = {"kind": "满意度评价", "stars": 5}
    answer = intake.post({"policy": "D", "customer": PERSON, "feedback": rating}, query="?strict=true")
    assert answer.status_code == 201, answer.json
    told = intake.told("demand.received")[0].data
    assert told["feedback"] == {"kind": "rating", "text": None, "stars": 5} and told["description"] == ""


def test_strict_names_what_is_missing_where_it_stands_in_the_body(intake: Intake) -> None:
    answer = intake.post({"policy": "D", "customer": {"kind": "company"}}, query="?strict=true")
    assert answer.status_code == 422 and answer.json is not None
    assert [(row["pointer"], row["code"]) for row in answer.json["errors"]] == [
        ("/description", "missing"),
        ("/customer/name", "missing"),
        ("/customer/contact", "missing"),
        ("/customer/company", "missing"),
        ("/fields/source", "missing"),
    ]


WRONG = {"expected_by": "明天", "customer": {"name": "王", "contact": {"phone": "12345"}}, "fields": {"source": "报纸"}}


@pytest.mark.parametrize("kind", ["email", "paper"])
def test_who_wrote_is_not_turned_away_for_a_form(intake: Intake, kind: str) -> None:
    key = intake.add_channel("letters", kind, "D")
    assert intake.post({"policy": "D", "description": TEXT, **WRONG}).status_code == 422
    quality = _quality(intake, key=key, **WRONG)
    assert quality == {"vague": [], "missing": ["customer.contact", "fields.source", "expected_by"]}
    told = intake.told("demand.received")[0].data
    assert (told["expected_by"], told["fields"], told["reachable_by"]) == (None, {}, [])


def test_strict_mail_is_told_what_could_not_be_read(intake: Intake) -> None:
    key = intake.add_channel("letters", "email", "C")
    body = {"description": TEXT, "expected_by": "明天"}
    answer = intake.post(body, key=key, query="?strict=true")
    assert answer.status_code == 422 and answer.json is not None
    assert [(row["pointer"], row["code"]) for row in answer.json["errors"]] == [("/expected_by", "missing")]


def test_the_event_carries_all_that_was_reported(intake: Intake) -> None:
    key = intake.add_channel("dealers", "partner", "C", "SAL")
    body = {
        "description": TEXT,
        "occurred_at": "2024-10-08T14:30:00+08:00",
        "budget": "1-5万",
        "mood": "焦急",
        "product": "订单模块",
        "feedback": {"text": "上次处理得很快"},
        "referral": {"partner": "华东代理商", "reference": "R-1"},
        "fields": {"合同号": "HT-1"},
    }
    assert intake.post(body, key=key).status_code == 201
    told = intake.told("demand.received")[0].data
    seen = {
        name: told[name] for name in ("occurred_at", "budget", "mood", "product", "partner", "department", "fields")
    }
    assert seen == {
        "occurred_at": "2024-10-08T06:30:00Z",
        "budget": "1-5万",
        "mood": "anxious",
        "product": "订单模块",
        "partner": "华东代理商",
        "department": "SAL",
        "fields": {"contract_number": "HT-1"},
    }
    assert told["feedback"] == {"kind": None, "text": "上次处理得很快", "stars": None}
    assert (told["channel"], told["channel_kind"], told["known_customer"]) == ("dealers", "partner", False)
