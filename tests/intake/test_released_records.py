"""The record of each released policy: what it asks for, takes in, keeps apart, and how its customers answer."""

from collections.abc import Callable
from typing import Any

import pytest

from services.intake.domain.satisfaction import Answer, Signature, check_signature, level
from shared.refused import Refused
from tests.intake.conftest import Intake
from tests.intake.policies import released

PHONE = "13800138000"
PERSON: dict[str, Any] = {"name": "王小明", "contact": {"phone": PHONE}}
TEXT = "订单模块从上周起无法批量导出备注栏，影响每月对账"


@pytest.fixture
def four(make_intake: Callable[..., Intake], database_url: str) -> Intake:
    """An intake under the released policies."""
    return make_intake(database_url, released())


def _quality(intake: Intake, **body: Any) -> Any:
    answer = intake.post(body)
    assert answer.status_code == 201 and answer.json is not None, answer.json
    return answer.json["quality"]


def _refused(intake: Intake, **body: Any) -> list[tuple[str, str]]:
    answer = intake.post({"description": TEXT, **body})
    assert answer.status_code == 422 and answer.json is not None
    return [(row["pointer"], row["code"]) for row in answer.json["errors"]]


def test_each_policy_asks_for_its_own_record(four: Intake) -> None:
    missing = {policy: _quality(four, policy=policy, customer=PERSON)["missing"] for policy in "ABCD"}
    assert missing == {
        "A": ["description"],
        "B": ["fields.symptom", "fields.goal", "fields.background"],
        "C": ["description"],
        "D": ["type", "description"],
    }


def test_codes_of_another_policy_are_refused(four: Intake) -> None:
    assert _refused(four, policy="A", urgency="P0") == [("/urgency", "unknown-code")]
    assert _refused(four, policy="B", type="报修") == [("/type", "unknown-code")]
    assert _refused(four, policy="A", fields={"后续步骤": "x"}) == [("/fields", "unknown-field")]
    assert _refused(four, policy="D", feedback={"kind": "表扬"}) == [("/feedback/kind", "unknown-code")]
    assert _refused(four, policy="D", budget="十万") == [("/budget", "unknown-code")]
    assert _refused(four, policy="D", customer={"contact": {"phone": "010-1234567"}}) == [
        ("/customer/contact/phone", "phone-digits")
    ]


def test_a_keeps_the_contact_out_of_its_record(four: Intake) -> None:
    body = {"policy": "A", "description": f"{TEXT}，请打{PHONE}", "customer": {"name": "王小明"}, "urgency": "紧急"}
    created = four.post(body).json
    assert created is not None
    told = four.told("demand.received")[0].data
    assert told["reachable_by"] == ["phone"] and PHONE not in str(told)
    shown = four.get(f"/api/v1/demands/{created['number']}").json
    assert shown is not None and shown["ticket_number"] == created["number"]


def test_b_takes_symptom_goal_and_background(four: Intake) -> None:
    fields = {
        "问题现象": "3 号车间网关今早 9 点起每隔约十分钟断线，重启后仍然如此",
        "goal": "恢复稳定连接，并知道断线的原因",
        "背景说明": "上周五升级过固件，其他车间没有这种情况",
    }
    company = {**PERSON, "company": "某科技公司"}
    body = {"policy": "B", "customer": company, "fields": fields, "type": "技术咨询", "urgency": "非紧急"}
    assert _quality(four, **body) == {"vague": [], "missing": []}
    told = four.told("demand.received")[0].data
    assert set(told["fields"]) == {"symptom", "goal", "background"} and told["description"] == ""
    assert told["customer"]["company_name"] == "某科技公司" and told["urgency"] and told["type"]
    assert _quality(four, **{**body, "fields": {**fields, "问题现象": "设备坏了"}})["vague"] == ["fields.symptom"]


def test_c_records_a_talk_and_asks_only_new_customers_for_a_contact(four: Intake) -> None:
    assert _quality(four, policy="C", description=TEXT, customer={"name": "陈先生"})["missing"] == ["customer.contact"]
    talk = {
        "policy": "C",
        "description": TEXT,
        "customer": PERSON,
        "order_number": "20231008001",
        "mood": "焦急",
        "wishes": "24 小时内答复",
        "fields": {"产品型号": "KX-200"},
    }
    assert _quality(four, **talk) == {"vague": [], "missing": []}
    told = four.told("demand.received")[-1].data
    assert (told["order_number"], told["mood"], told["wishes"]) == ("20231008001", "anxious", "24 小时内答复")
    assert (told["fields"], told["channel"], told["customer"]["masked_name"]) == (
        {"product_model": "KX-200"}, "test", "王*"
    )  # fmt: skip


def test_d_reads_its_form(four: Intake) -> None:
    body = {
        "policy": "D",
        "description": TEXT,
        "customer": PERSON,
        "type": "定制服务",
        "budget": "1-5万",
        "fields": {"企业财务情况": "去年营收九千万", "客户来源": "展会推荐"},
        "feedback": {"kind": "意见建议", "text": "希望表单更短"},
    }
    assert _quality(four, **body) == {"vague": [], "missing": []}
    told = four.told("demand.received")[0].data
    assert told["fields"] == {"budget": "10k_50k", "source": "exhibition"}
    assert told["budget"] == "1-5万" and told["feedback"]["text"] == "希望表单更短"
    assert told["type"] in {one.code for one in released().pinned("D", "1").types}


@pytest.mark.parametrize(
    "body", [{"feedback": {"kind": "满意度评价", "stars": 5}}, {"fields": {"purpose": "活动报名"}}]
)
def test_d_asks_a_rating_or_a_sign_up_for_no_demand(four: Intake, body: dict[str, Any]) -> None:
    assert _quality(four, policy="D", customer=PERSON, **body) == {"vague": [], "missing": []}


SIGNED = Signature("王小明", "electronic")


@pytest.mark.parametrize(
    ("policy", "answer", "satisfied"),
    [
        ("A", Answer("满意", signature=SIGNED), True),
        ("A", Answer("不满意", opinion="导出还是缺备注栏"), False),
        ("B", Answer("基本满意", signature=SIGNED), True),
        ("B", Answer("不满意", signature=SIGNED), False),
        ("C", Answer("基本满意"), True),
        ("C", Answer("不满意"), False),
        ("D", Answer(stars=5), True),
        ("D", Answer(stars=1), False),
    ],
)
def test_each_policy_takes_answers_in_its_own_scale(policy: str, answer: Answer, satisfied: bool) -> None:
    rules = released().pinned(policy, "1").feedback
    found = level(rules, answer)
    check_signature(rules, found, answer)
    assert found.satisfied == satisfied


@pytest.mark.parametrize(
    ("policy", "answer"),
    [
        ("A", Answer("满意")),
        ("A", Answer("不满意", signature=SIGNED)),
        ("A", Answer("基本满意", signature=SIGNED)),
        ("B", Answer("不满意")),
        ("C", Answer(stars=5)),
        ("D", Answer("基本满意")),
    ],
)
def test_and_no_other(policy: str, answer: Answer) -> None:
    rules = released().pinned(policy, "1").feedback
    with pytest.raises(Refused):
        check_signature(rules, level(rules, answer), answer)
