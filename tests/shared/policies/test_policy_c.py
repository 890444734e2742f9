"""Policy C, service-log: every fact of it that is data, by what a customer or a department would notice."""

import pytest

from shared.policies.facts import Facts
from shared.policies.interpret import classify, is_vague, knowledge, missing, notices, prioritise, promise_span, route
from shared.policies.loader import departments
from tests.shared.policies.kit import due, form, items, placeholders, policy, spans

C = policy("C")
WORKED = [
    ("订单20231008001显示已发货，三天没有物流更新，想知道何时送达、为什么停滞", "inquiry", "mid", "SUP"),
    ("上周报的系统维护需求一直没人答复，业务受影响", "complaint", "high", "CSR"),
    ("希望在个人中心自己选发票抬头（公司或个人），现在要找客服改", "suggestion", "low", "PRD"),
]


@pytest.mark.parametrize(("text", "kind", "level", "lead"), WORKED)
def test_the_worked_rows(text: str, kind: str, level: str, lead: str) -> None:
    found = classify(C, Facts(text))
    assert found.type is not None and found.type.code == kind
    assert all(reason.startswith("word:") for reason in found.reasons)
    assert prioritise(C, Facts(text, type=kind)).level.code == level
    assert route(C, Facts(text, type=kind)).lead == lead


@pytest.mark.parametrize(
    ("label", "lead", "group"),
    [
        ("咨询", "SUP", "产品支持组"),
        ("投诉", "CSR", "客服主管"),
        ("变更", "BIZ", "业务办理组"),
        ("建议", "PRD", "产品组"),
        ("其他", "CSR", "客服主管"),
    ],
)
def test_types_go_to_their_groups(label: str, lead: str, group: str) -> None:
    kind = next(one for one in C.types if one.label.zh == label)
    assert route(C, Facts("随便什么", type=kind.code)).lead == lead == C.departments[group]
    assert C.types_open


def test_one_list_of_departments() -> None:
    assert {code: name.zh for code, name in departments().items()} == {
        "CSR": "客服部", "SAL": "销售部", "AFS": "售后部", "OPS": "运营部",
        "PRD": "产品部", "TEC": "技术部", "SUP": "产品支持组", "BIZ": "业务办理组",
    }  # fmt: skip


def test_what_no_word_tells_is_sorted_by_the_service_supervisor() -> None:
    assert classify(C, Facts("天气不错")).type is None
    routed = route(C, Facts("天气不错"))
    assert (routed.lead, routed.reason) == ("CSR", "undecided")
    assert C.clock("sorting").starts_at == "undecided"


@pytest.mark.parametrize(
    ("facts", "level"),
    [
        (Facts("", impact={"safety": True}), "high"),
        (Facts("", impact={"brand": True}), "high"),
        (Facts("", impact={"amount": 10_000}), "high"),
        (Facts("", impact={"amount": 9_999}), "mid"),
        (Facts("与贵司有金额纠纷"), "high"),
        (Facts("设备漏电"), "high"),
        (Facts("再不处理就找媒体曝光", type="complaint"), "high"),
        (Facts("", urgency="high"), "high"),
        (Facts("", type="complaint"), "mid"),
        (Facts("", type="inquiry"), "mid"),
        (Facts("", type="suggestion", joint=True), "mid"),
        (Facts("", type="suggestion", urgency="high"), "high"),
        (Facts("", type="suggestion"), "low"),
        (Facts("", type="change"), "low"),
        (Facts("查询余额", type="inquiry"), "low"),
    ],
)
def test_priority(facts: Facts, level: str) -> None:
    assert prioritise(C, facts).level.code == level


def test_limits_by_priority() -> None:
    assert spans(C, "first_response") == {"high": "4h", "mid": "1wd", "low": "3wd"}
    assert spans(C, "resolution") == {"high": "24h", "mid": "3wd", "low": "10d"}
    assert [one.code for one in C.clocks if one.shown] == ["resolution"]


def test_limits_by_the_calendar() -> None:
    assert due(C, "2023-10-08 14:30", "1wd") == "2023-10-09 14:30"  # a Sunday that is worked
    assert due(C, "2024-10-08 17:30", "4h") == "2024-10-08 21:30"
    assert due(C, "2023-10-10 16:45", "10d") == "2023-10-20 16:45"


@pytest.mark.parametrize(("urgency", "span"), [("high", "4h"), ("mid", "1wd"), ("low", "3wd"), (None, "3wd")])
def test_the_receipt_promises_by_urgency(urgency: str | None, span: str) -> None:
    assert promise_span(C, urgency) == span
    (receipt,) = notices(C, "demand.received", Facts(""))
    assert placeholders(receipt.body.zh) == {"name", "number", "due"}


def test_a_promise_outlives_the_closing() -> None:
    assert [one.code for one in C.clocks if one.after_closing and one.kind != "grace"] == ["promise"]
    assert C.status("closed").actions["told"] == "closed"


@pytest.mark.parametrize("text", ["有问题", "系统不好用！", "不太满意。", "  ", "嗯", "ＮＯＴ ＧＯＯＤ"])
def test_vague(text: str) -> None:
    assert is_vague(C, text)


@pytest.mark.parametrize("text", ["订单模块无法批量导出 Excel", "登录有问题：点按钮后页面一直空白，昨天开始"])
def test_clear(text: str) -> None:
    assert not is_vague(C, text)


@pytest.mark.parametrize(
    ("facts", "lacks"),
    [
        (Facts("", known_customer=True), ("description", "customer.name")),
        (Facts("", known_customer=True, given=frozenset({"description", "customer.company"})), ()),
        (Facts(""), ("description", "customer.name", "customer.contact")),
        (
            Facts("", customer_kind="company", known_customer=True, given=frozenset({"description", "customer.name"})),
            ("customer.industry",),
        ),
    ],
)
def test_what_a_record_needs(facts: Facts, lacks: tuple[str, ...]) -> None:
    assert missing(C, facts) == lacks


def test_moods_and_what_to_know_before_the_talk() -> None:
    assert {one.zh for one in C.moods.values()} == {"焦急", "平和", "不满"}
    assert len(C.briefing) == 4


@pytest.mark.parametrize(
    ("text", "codes"), [("三天没有物流更新", ["shipping"]), ("发票抬头", ["invoices"]), ("天气不错", [])]
)
def test_what_there_is_to_read_on_a_subject(text: str, codes: list[str]) -> None:
    assert [one.code for one in knowledge(C, Facts(text=text))] == codes


def test_not_satisfied_needs_a_measure_before_closing() -> None:
    assert {one.label.zh: one.satisfied for one in C.feedback.levels} == {
        "满意": True,
        "基本满意": True,
        "不满意": False,
    }
    assert (C.feedback.not_satisfied, C.feedback.measure_before_closing) == ("improvement_measure", True)
    assert C.status("completed").actions["dispute"] == "completed"


def test_numbers_start_with_m() -> None:
    numbers = C.numbering
    assert numbers.pattern.format(yyyy="2023", mm="10", dd="08", seq="1".zfill(numbers.width)) == "M20231008001"


def test_the_sheet_has_its_seventeen_columns_in_order() -> None:
    sheet = form(C, "sheet")
    assert sheet.layout == "rows"
    columns = """
        序号 沟通日期 沟通时间 沟通渠道 客户姓名/公司 客户ID 联系方式 沟通事由 客户需求描述 需求类型 优先级 处理状态
        负责人 处理时限 处理结果 客户反馈 备注
    """
    assert list(items(sheet)) == columns.split()
    assert C.privacy.owner == "masked"
    assert C.retention.years is None
