"""Policy B, rapid-response: every fact of it that is data, by what a customer or a department would notice."""

import pytest

from shared.policies.facts import Facts
from shared.policies.interpret import classify, is_vague, missing, notices, prioritise, promise_span, route
from tests.shared.policies.kit import due, form, items, placeholders, policy, spans

B = policy("B")


def test_channels() -> None:
    assert {one.label.zh: one.kind for one in B.channels} == {
        "官网": "web", "APP": "app", "小程序": "app", "电话": "phone", "邮件": "email", "即时通讯（钉钉）": "im",
        "售后触发": "event", "功能建议": "web", "合作伙伴转介": "partner", "主动回访/调研": "outreach",
    }  # fmt: skip
    assert {"经销商", "代理商"} <= {alias for one in B.channels for alias in one.aliases}


def test_people() -> None:
    assert {one.label.zh for one in B.roles} == {
        "客服专员", "销售人员", "接口人", "需求对接专员", "部门负责人", "专家", "项目负责人", "执行团队", "档案管理员",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "label", "text", "lead"),
    [
        ("tech_inquiry", "技术咨询", "请问接口参数如何配置", "TEC"),
        ("tech_inquiry", "技术咨询", "设备故障，一直报错", "TEC"),  # a fault is a technical inquiry
        ("feature", "功能需求", "希望支持按班组统计", "PRD"),
        ("service", "服务申请", "申请工程师上门巡检", "AFS"),
        ("complaint", "投诉建议", "投诉：问题没人处理", "CSR"),
    ],
)
def test_types_and_departments(kind: str, label: str, text: str, lead: str) -> None:
    assert classify(B, Facts(text)).type == B.type(kind)
    assert (B.type(kind).label.zh, route(B, Facts(text, type=kind)).lead) == (label, lead)


def test_the_list_of_types_is_open_and_a_fault_is_a_technical_inquiry() -> None:
    assert B.types_open
    assert {one.label.zh for one in B.types} == {"技术咨询", "功能需求", "服务申请", "投诉建议"}
    assert "故障" in B.type("tech_inquiry").aliases


def test_first_response_by_urgency_in_elapsed_hours() -> None:
    assert [one.label.zh for one in B.urgencies] == ["紧急", "一般", "非紧急"]
    assert spans(B, "first_response") == {"urgent": "24h", "normal": "48h", "low": "72h"}
    assert {one.code: promise_span(B, one.code) for one in B.urgencies} == spans(B, "first_response")
    assert promise_span(B, None) == "72h"


def test_only_a_reply_with_substance_is_a_response() -> None:
    met_by = set(B.clock("first_response").met_by)
    assert met_by == {"promise.made", "demand.communicated", "demand.completed"}
    assert not met_by & {"demand.accepted", "demand.evaluated"}


@pytest.mark.parametrize(
    ("clock", "starts_at", "span", "met_by"),
    [
        ("registration", "received", "2wh", "demand.accepted"),
        ("evaluation", "received", "4wh", "demand.evaluated"),
        ("supplement", "found_incomplete", "1wh", "supplement.requested"),
        ("daily_progress", "planned", "1wd", "demand.progressed"),
        ("blocker", "blocked", "2wh", "demand.unblocked"),
        ("feedback", "handed_over", "1wh", "demand.completed"),
    ],
)
def test_stages_and_duties(clock: str, starts_at: str, span: str, met_by: str) -> None:
    found = B.clock(clock)
    assert (found.starts_at, found.add, found.met_by[0]) == (starts_at, span, met_by)


def test_working_hours_do_not_run_at_night() -> None:
    assert due(B, "2024-10-08 17:30", "1wh") == "2024-10-09 09:30"
    assert due(B, "2024-10-08 17:30", "2wh") == "2024-10-09 10:30"
    assert due(B, "2024-10-08 17:30", "24h") == "2024-10-09 17:30"


def test_execution_by_priority_counts_from_the_evaluation() -> None:
    execution = B.clock("execution")
    assert spans(B, "execution") == {"P0": "1wd", "P1": "3wd", "P2": "10wd"}
    assert (execution.starts_at, execution.kind, execution.shown) == ("evaluated", "resolution", True)
    assert [(one.starts, one.ends) for one in execution.pauses] == [("supplement.requested", "demand.supplemented")]


def test_progress_is_daily_and_a_blocker_reaches_the_project_lead() -> None:
    assert B.clock("daily_progress").recurring
    assert B.clock("blocker").audience == ("project_lead",)
    (told,) = notices(B, "demand.blocked", Facts(""))
    assert (told.audience, "{reason}" in told.body.zh) == ("project_lead", True)


@pytest.mark.parametrize(
    ("urgency", "value", "customers", "level"),
    [
        ("urgent", "vip", 1, "P0"),
        ("urgent", None, 10, "P0"),
        ("urgent", None, 1, "P1"),
        ("normal", "strategic", 1, "P0"),
        ("normal", None, 1, "P1"),
        (None, None, None, "P1"),
        ("low", None, 1, "P2"),
        ("low", None, 100, "P1"),
    ],
)
def test_priority_from_value_urgency_and_impact(
    urgency: str | None, value: str | None, customers: int | None, level: str
) -> None:
    facts = Facts("", urgency=urgency, customer_value=value, impact={"customers": customers})
    assert prioritise(B, facts).level.code == level
    assert [one.label.zh for one in B.priority.levels] == ["高 P0", "中 P1", "低 P2"]


def test_what_a_record_needs() -> None:
    assert missing(B, Facts("")) == (
        "fields.symptom", "fields.goal", "fields.background", "customer.company", "customer.name", "customer.contact",
    )  # fmt: skip
    assert "customer.company" not in missing(B, Facts("", customer_kind="person"))
    given = frozenset(
        "fields.symptom fields.goal fields.background customer.company customer.name customer.contact".split()
    )
    assert missing(B, Facts("", given=given)) == ()
    asks = {one.name: one.ask.zh for one in B.quality.required}
    assert (
        "问题现象" in asks["fields.symptom"] and "期望" in asks["fields.goal"] and "背景" in asks["fields.background"]
    )


def test_clarity_is_checked() -> None:
    assert is_vague(B, "设备坏了，请尽快处理")
    assert not is_vague(B, B.quality.examples[0].clear)


def test_numbers_hold_month_and_receiving_department() -> None:
    numbers = B.numbering
    assert (
        numbers.pattern.format(yyyy="2023", mm="10", department="CSR", seq="1".zfill(numbers.width)) == "202310-CSR-001"
    )
    assert numbers.scope == "{yyyy}{mm}-{department}"


def test_the_five_stages_are_the_states() -> None:
    stages = [(one.label.zh, one.category) for one in B.statuses if not one.ours]
    assert stages == [
        ("接收与初步记录", "pending"), ("分析与评估", "in_progress"), ("处理与执行", "in_progress"),
        ("结果反馈与客户确认", "completed"), ("归档与复盘", "closed"),
    ]  # fmt: skip


def test_a_demand_walks_through_the_stages() -> None:
    status = B.statuses[0]
    for action in ("accept", "evaluate", "plan", "progress", "complete", "told", "confirm"):
        status = B.status(status.actions[action])
    assert status.code == "archive"


def test_a_changed_plan_is_confirmed_and_approved() -> None:
    assert B.change_requests is not None
    assert B.change_requests.approved_by == ("customer", "department_lead")
    assert form(B, B.change_requests.form).title.zh == "需求变更申请表"
    asked, decides = notices(B, "change.requested", Facts(""))
    assert (asked.audience, decides.audience) == ("customer", "department_lead")


def test_the_specialist_tells_the_result_and_the_customer_signs() -> None:
    feedback = B.feedback
    assert (feedback.told_by, feedback.scale, feedback.signature) == ("specialist", "three_levels", "always")
    assert {one.label.zh: one.satisfied for one in feedback.levels} == {"满意": True, "基本满意": True, "不满意": False}
    assert [one.zh for one in feedback.says] == ["所做工作", "解决方案", "注意事项"]
    assert (feedback.not_satisfied, feedback.in_retrospective) == ("second_cycle", True)
    assert B.status("feedback").actions["dispute"] == "evaluation"
    assert B.clock("feedback").audience == ("specialist",)


def test_the_receipt_names_the_first_reply_and_nothing_later() -> None:
    (receipt,) = notices(B, "demand.received", Facts(""))
    assert placeholders(receipt.body.zh) == {"name", "number", "due"}
    assert "首次答复" in receipt.body.zh


def test_archive_retention_and_reports_are_there_by_the_fifth() -> None:
    archive = B.archive
    assert (archive.schedule, archive.day, archive.by, archive.file_name) == ("by_day", 5, "archivist", "{number}")
    assert archive.contents == ("record", "evaluation", "execution_log", "feedback")
    assert B.retention.years == 3
    reports = {one.title.zh: one for one in B.reports}
    assert {one.due_day for one in reports.values()} == {5}
    assert reports["月度需求响应分析报告"].sections == ("count", "on_time_rate", "satisfaction")
    assert reports["需求响应复盘"].sections == ("common_problems", "improvements")
    assert reports["需求响应复盘"].audience == ("department_lead",)


def test_what_an_evaluation_says() -> None:
    rules = B.evaluation
    assert (rules.counts, rules.resources, rules.explanation) == (("technical", "strategy", "resources"), True, True)
    lacking = next(one for one in B.notices if one.on == "resources.lacking")
    assert lacking.audience == "department_lead"


def test_the_four_forms_and_the_two_records_of_the_work() -> None:
    titles = {one.code: one.title.zh for one in B.forms}
    forms = {"客户需求记录表", "需求评估与处理方案表", "客户满意度反馈表", "需求变更申请表"}
    assert set(titles.values()) == forms | {"任务派发记录", "进度更新日志"}
    assert all(one.ours for one in B.forms)
    assert {"问题现象", "期望目标", "背景说明", "公司名称", "联系人", "联系方式"} <= set(items(form(B, "record")))
    assert items(form(B, "evaluation"))["报价"].value == "quotation"
    assert items(form(B, "satisfaction"))["客户签字"].required
