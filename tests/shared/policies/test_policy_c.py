"""Policy C as data: its types, groups, priorities, limits, vague words and required fields."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.policies.interpret import Facts, classify, deadlines, is_vague, missing, prioritise, promise
from shared.policies.loader import departments, installed
from shared.policies.model import Policy

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


@pytest.fixture
def policy() -> Policy:
    return installed().effective("C", NOW)


WORKED = [
    ("订单20231008001显示已发货，三天没有物流更新，想知道何时送达、为什么停滞", "inquiry", "mid", "SUP"),
    ("上周报的系统维护需求一直没人答复，业务受影响", "complaint", "high", "CSR"),
    ("希望在个人中心自己选发票抬头（公司或个人），现在要找客服改", "suggestion", "low", "PRD"),
]


@pytest.mark.parametrize(("text", "type_code", "level", "lead"), WORKED)
def test_the_worked_rows(policy: Policy, text: str, type_code: str, level: str, lead: str) -> None:
    decided = classify(policy, Facts(text))
    assert (decided.type.code, decided.type.lead) == (type_code, lead)
    assert all(reason.startswith("word:") for reason in decided.reasons)
    assert prioritise(policy, Facts(text, type=type_code)).level.code == level


@pytest.mark.parametrize(
    ("code", "lead"),
    [("inquiry", "SUP"), ("complaint", "CSR"), ("change", "BIZ"), ("suggestion", "PRD"), ("other", "CSR")],
)
def test_types_go_to_their_groups(policy: Policy, code: str, lead: str) -> None:
    decided = classify(policy, Facts("随便什么", type=code))
    assert (decided.type.lead, decided.reasons) == (lead, ("declared",))
    assert lead in departments()


def test_one_list_of_departments() -> None:
    assert {code: name.zh for code, name in departments().items()} == {
        "CSR": "客服部", "SAL": "销售部", "AFS": "售后部", "OPS": "运营部",
        "PRD": "产品部", "TEC": "技术部", "SUP": "产品支持组", "BIZ": "业务办理组",
    }  # fmt: skip


def test_what_no_word_tells_is_other(policy: Policy) -> None:
    assert classify(policy, Facts("天气不错")).type.code == "other"


@pytest.mark.parametrize(
    ("facts", "level"),
    [
        (Facts("", impact={"safety": True}), "high"),
        (Facts("", impact={"brand": True}), "high"),
        (Facts("", impact={"amount": 10_000}), "high"),
        (Facts("", impact={"amount": 9_999}), "mid"),
        (Facts("设备漏电"), "high"),
        (Facts("", urgency="high"), "high"),
        (Facts("", type="complaint"), "mid"),
        (Facts("", type="suggestion", urgency="high"), "high"),
        (Facts("", type="change"), "low"),
        (Facts("查询余额", type="inquiry"), "low"),
    ],
)
def test_priority(policy: Policy, facts: Facts, level: str) -> None:
    assert prioritise(policy, facts).level.code == level


@pytest.mark.parametrize(("level", "respond", "resolve"), [("high", 4, 24), ("mid", 24, 72), ("low", 72, 240)])
def test_limits(policy: Policy, level: str, respond: int, resolve: int) -> None:
    due = {one.clock.kind: one.due_at for one in deadlines(policy, level, NOW)}
    assert due == {"first_response": NOW + timedelta(hours=respond), "resolution": NOW + timedelta(hours=resolve)}


def test_a_warning_comes_before_its_deadline_and_never_before_the_receipt(policy: Policy) -> None:
    for level in ("high", "mid", "low"):
        for one in deadlines(policy, level, NOW):
            assert one.approaching_at is not None
            assert NOW <= one.approaching_at < one.due_at


def test_the_receipt_promises_by_urgency(policy: Policy) -> None:
    assert promise(policy, "high", NOW) == NOW + timedelta(hours=4)
    assert promise(policy, None, NOW) == NOW + timedelta(hours=72)


@pytest.mark.parametrize("text", ["有问题", "系统不好用！", "不太满意。", "  ", "嗯", "ＮＯＴ ＧＯＯＤ"])
def test_vague(policy: Policy, text: str) -> None:
    assert is_vague(policy, text)


@pytest.mark.parametrize("text", ["订单模块无法批量导出 Excel", "登录有问题：点按钮后页面一直空白，昨天开始"])
def test_clear(policy: Policy, text: str) -> None:
    assert not is_vague(policy, text)


def test_a_company_must_name_its_industry(policy: Policy) -> None:
    given = frozenset({"description"})
    assert missing(policy, Facts("", customer_kind="company", given=given)) == ("customer.industry",)
    assert missing(policy, Facts("", customer_kind="person", given=given)) == ()
    assert missing(policy, Facts("", customer_kind="person")) == ("description",)
