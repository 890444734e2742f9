"""Policy A, record-feedback: every fact of it that is data, by what a customer or a department would notice."""

import pytest

from shared.policies.facts import Facts
from shared.policies.interpret import (
    classify,
    is_vague,
    missing,
    notices,
    prioritise,
    promise_span,
    questions,
    route,
    runs,
    scripts,
)
from tests.shared.policies.kit import due, form, items, placeholders, policy, spans

A = policy("A")
EXPORT = "订单系统不能批量导出带“备注”栏的 Excel，影响对账"


def test_channels_and_people() -> None:
    assert {one.label.zh: one.kind for one in A.channels} == {
        "电话": "phone", "邮件": "email", "在线客服": "chat", "线下拜访": "visit",
    }  # fmt: skip
    labels = {one.label.zh for one in A.roles}
    assert labels >= {"首位对接人", "处理人", "部门负责人", "需求管理委员会"}
    assert A.feedback.told_by == "designated_contact"
    assert {one.code: one.department for one in A.roles}["sales_consultant"] == "SAL"


@pytest.mark.parametrize(
    ("kind", "text", "lead", "joining"),
    [
        ("inquiry", "请问导出功能怎么用", "CSR", ()),
        ("inquiry", "请问企业版的价格政策", "SAL", ()),
        ("complaint", "客服态度恶劣", "AFS", ()),
        ("complaint", "交付晚了两周", "OPS", ()),
        ("suggestion", "建议增加看板", "PRD", ("TEC",)),
        ("custom", "需要二次开发", "SAL", ("TEC",)),
    ],
)
def test_types_go_to_their_departments(kind: str, text: str, lead: str, joining: tuple[str, ...]) -> None:
    assert classify(A, Facts(text)).type == A.type(kind)
    routed = route(A, Facts(text, type=kind))
    assert (routed.lead, routed.joining) == (lead, joining)


def test_four_types_with_a_category_common_to_all_policies() -> None:
    assert {one.label.zh: one.category for one in A.types} == {
        "咨询": "inquiry", "投诉": "complaint", "建议": "suggestion", "定制": "request",
    }  # fmt: skip
    assert not A.types_open


def test_the_sources_own_example_is_not_ticked_and_its_defect_goes_to_engineering() -> None:
    assert classify(A, Facts(EXPORT)).type is None
    assert route(A, Facts(EXPORT)).reason == "undecided"
    assert A.reroute_on == {"defect": "TEC"} == {"defect": A.departments["技术部"]}
    assert "TEC" not in {one.lead for one in A.types}


def test_urgency_has_three_words_and_normal_counts_when_nobody_ticked() -> None:
    assert [one.label.zh for one in A.urgencies] == ["紧急", "普通", "低"]
    assert A.default_urgency == "normal"


@pytest.mark.parametrize(
    ("urgency", "value", "customers", "level"),
    [
        ("urgent", "strategic", 1, "high"),
        ("urgent", "vip", 1, "high"),
        ("urgent", None, 1, "mid"),
        ("urgent", None, 2, "high"),
        ("normal", None, 1, "mid"),
        ("normal", "strategic", 1, "high"),
        ("normal", None, 100, "high"),
        (None, None, None, "mid"),
        ("low", None, 1, "low"),
        ("low", "vip", 1, "mid"),
        ("low", None, 100, "mid"),
    ],
)
def test_priority_is_proposed_from_urgency_value_and_impact(
    urgency: str | None, value: str | None, customers: int | None, level: str
) -> None:
    found = prioritise(A, Facts("", urgency=urgency, customer_value=value, impact={"customers": customers}))
    assert found.level.code == level
    assert [reason.split(":")[0] for reason in found.reasons] == ["urgency", "value", "impact", "total"]


def test_priority_is_confirmed_by_lead_or_committee_who_name_the_handler() -> None:
    assert A.priority.confirm_by == ("department_lead", "committee")
    assert A.priority.names_handler
    assert A.status("pending").actions["confirm-priority"] == "in_progress"
    assert {one.zh for one in A.values.values()} == {"VIP 客户", "战略客户"}
    assert all(one.ours for one in A.priority.levels)


def test_each_urgency_has_the_limit_of_its_own_kind_and_no_other() -> None:
    assert spans(A, "first_response") == {"urgent": "24h", "normal": None, "low": None}
    assert spans(A, "handling") == {"urgent": None, "normal": "3wd", "low": None}
    assert spans(A, "arrangement") == {"urgent": None, "normal": None, "low": "7d"}
    assert A.clock("handling").shown
    assert A.clock("arrangement").met_by[0] == "demand.planned"


def test_limits_by_the_calendar() -> None:
    assert due(A, "2024-10-08 14:30", "3wd") == "2024-10-11 14:30"
    assert due(A, "2024-10-08 14:30", "7d") == "2024-10-15 14:30"
    assert due(A, "2024-10-08 14:30", "24h") == "2024-10-09 14:30"


def test_the_plan_is_due_one_working_day_after_a_handler_has_it() -> None:
    plan = A.clock("plan")
    assert (plan.starts_at, plan.add, plan.met_by[0], plan.restarts) == (
        "handler_assigned",
        "1wd",
        "demand.planned",
        True,
    )
    assert due(A, "2024-10-08 14:30", plan.add) == "2024-10-09 14:30"


def test_the_expected_finish_is_the_resolve_date() -> None:
    finish = A.clock("expected_finish")
    assert (finish.kind, finish.starts_at, finish.add, finish.met_by) == (
        "resolution", "expected_finish", "0h", ("demand.completed",),
    )  # fmt: skip
    assert finish.restarts


def test_a_delay_is_told_two_working_days_before_the_promised_date() -> None:
    assert A.delay is not None
    assert [one.label.zh for one in A.delay.reasons] == ["技术瓶颈", "资源不足", "其他"]
    reminder = A.clock("delay_notice")
    assert (reminder.starts_at, reminder.add, A.delay.notice) == ("expected_finish", "-2wd", "-2wd")
    assert due(A, "2024-10-15 18:00", reminder.add) == "2024-10-12 18:00"  # a make-up Saturday
    (told,) = notices(A, "demand.delayed", Facts(""))
    assert (told.audience, placeholders(told.body.zh)) == ("customer", {"name", "number", "before", "reason", "due"})


@pytest.mark.parametrize(("urgency", "span"), [("urgent", "24h"), ("normal", "3wd"), ("low", "7d"), (None, "7d")])
def test_the_receipt_promises_first_feedback(urgency: str | None, span: str) -> None:
    assert promise_span(A, urgency) == span


@pytest.mark.parametrize(
    ("facts", "calms", "says"),
    [
        (Facts(EXPORT, urgency="urgent"), True, "24 小时内"),
        (Facts(EXPORT, mood="agitated"), True, "首次反馈"),
        (Facts("你们太过分了，订单又错了"), True, "首次反馈"),
        (Facts(EXPORT, urgency="normal"), False, "首次反馈"),
        (Facts(EXPORT), False, "首次反馈"),
    ],
)
def test_the_receipt_calms_first_when_urgent_or_agitated(facts: Facts, calms: bool, says: str) -> None:
    (receipt,) = notices(A, "demand.received", facts)
    text = receipt.body.zh
    assert receipt.audience == "customer"
    assert says in text and "已记录" in text
    assert placeholders(text) == {"number", "name", "due"}
    assert ("非常理解" in text) == calms
    if calms:
        assert text.index("非常理解") < text.index("已记录")


def test_vague_text_is_asked_to_become_clear() -> None:
    example = A.quality.examples[0]
    assert (example.vague, example.clear) == ("系统不好用", "订单模块无法批量导出 Excel")
    assert is_vague(A, example.vague) and not is_vague(A, example.clear)
    assert not is_vague(A, EXPORT)


@pytest.mark.parametrize(
    "text", ["你们的系统真的太不好用了", "有问题，请尽快解决", "ＮＯＴ ＷＯＲＫＩＮＧ", "。。。", "软件很慢"]
)
def test_vague(text: str) -> None:
    assert is_vague(A, text)


def test_complex_demands_are_asked_openly() -> None:
    assert [one.code for one in questions(A, Facts("要一个看板", type="custom"))] == ["scene"]
    assert [one.code for one in questions(A, Facts(EXPORT))] == ["blocks_use"]
    assert questions(A, Facts("请问价格", type="inquiry")) == ()


def test_what_a_record_needs() -> None:
    assert missing(A, Facts("")) == ("description", "customer.name")
    assert missing(A, Facts("", given=frozenset({"description", "customer.company"}))) == ()
    assert missing(A, Facts("", given=frozenset({"description"}), known_customer=True)) == ()


def test_the_record_holds_no_contact_but_the_ticket_number() -> None:
    assert not A.privacy.contact_in_record
    shown = items(form(A, "record"))
    assert shown["联系方式"].value == "ticket_number"
    values = {item.value for item in shown.values()}
    assert not values & {"customer.phone", "customer.email", "customer.contact"}
    assert not shown["联系人"].required


def test_numbers_are_xrq_and_the_day() -> None:
    numbers = A.numbering
    assert numbers.pattern.format(yyyy="2024", mm="10", dd="08", seq="1".zfill(numbers.width)) == "XRQ20241008001"
    assert numbers.scope == "{yyyy}{mm}{dd}"


def test_status_words() -> None:
    words = {one.label.zh: one.category for one in A.statuses if not one.ours}
    assert words == {"待处理": "pending", "处理中": "in_progress", "已完成": "completed", "已关闭": "closed"}


def test_satisfied_signs_and_not_satisfied_is_handled_again() -> None:
    assert A.feedback.scale == "yes_no"
    assert {one.label.zh: one.satisfied for one in A.feedback.levels} == {"满意": True, "不满意": False}
    assert (A.feedback.signature, A.feedback.not_satisfied) == ("if_satisfied", "second_cycle")
    assert A.status("completed").actions["dispute"] == "in_progress"
    assert [one.code for one in A.clocks if one.each_cycle and one.kind == "resolution"] == [
        "handling",
        "expected_finish",
    ]
    asked, told = notices(A, "demand.completed", Facts(""))
    assert asked.audience == A.feedback.told_by == "designated_contact", "who gives the feedback is asked to"
    assert "{result}" in told.body.zh and "是否满意" in told.body.zh
    assert {"替代方案" in one.zh for one in A.feedback.says} == {True, False}


def test_archive_retention_and_report() -> None:
    archive = A.archive
    assert (archive.schedule, archive.customer_name, archive.by) == ("last_workday", "named", "archivist")
    assert archive.file_name.format(customer="某公司", number="XRQ1") == "某公司-XRQ1"
    assert A.retention.years == 2
    (report,) = A.reports
    assert (report.title.zh, report.every, report.audience) == ("客户需求分析报告", "quarter", ("management",))
    assert report.sections == ("types", "top_problems", "average_handling_time", "satisfaction")


def test_the_form_has_every_line_of_the_source() -> None:
    shown = items(form(A, "record"))
    assert form(A, "record").title.zh == "客户需求信息记录表"
    lines = """
        客户名称/个人姓名 联系人 联系方式 客户编号 历史订单号 所属行业 客户类型 需求编号 需求类型 需求描述
        客户期望完成时间 紧急程度 相关附件/凭证 需求接收日期 首位对接人 负责部门 处理人 需求评估结果 处理方案
        处理进度 预计完成时间 延期原因 反馈结果 客户签字/确认
    """
    assert set(lines.split()) <= set(shown)
    assert shown["需求类型"].choices == tuple(one.label.zh for one in A.types)
    assert shown["紧急程度"].choices == tuple(one.label.zh for one in A.urgencies)
    assert len(shown["处理进度"].choices) == 4
    assert shown["客户类型"].choices == ("新客户", "老客户")
    assert shown["相关附件/凭证"].note is not None and "合同号" in shown["相关附件/凭证"].note.zh


def test_no_clock_is_shown_that_an_urgent_demand_lacks() -> None:
    running = [one.code for one in A.clocks if runs(one, Facts("", urgency="urgent")) and one.starts_at == "received"]
    assert running == ["first_response", "handling", "arrangement"]  # which of them has a span, urgency tells


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (Facts(text="x", urgency="urgent"), ["calm", "receipt"]),
        (Facts(text="x", urgency="normal", mood="agitated"), ["calm", "receipt"]),
        (Facts(text="x", urgency="normal"), ["receipt"]),
    ],
)
def test_urgent_or_agitated_customers_are_calmed_first_then_told_of_the_receipt(facts: Facts, said: list[str]) -> None:
    found = scripts(A, facts)
    assert [one.code for one in found] == said
    assert placeholders(found[-1].say.zh) == {"number", "due"} and "首次反馈" in found[-1].say.zh
