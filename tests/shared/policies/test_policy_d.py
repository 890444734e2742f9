"""Policy D, unified-form: every fact of it that is data, by what a customer or a department would notice."""

import pytest

from shared.policies.facts import Facts
from shared.policies.forms import AskedWhen
from shared.policies.interpret import (
    classify,
    feedback_kind,
    missing,
    notices,
    prioritise,
    promise_span,
    route,
    runs,
    tier,
)
from tests.shared.policies.kit import due, form, items, policy, spans

D = policy("D")
IDENTITY = frozenset({"customer.name", "customer.phone"})


def test_channels() -> None:
    assert {one.label.zh: one.kind for one in D.channels} == {
        "在线表单": "web", "第三方表单工具": "form", "纸质表单": "paper", "二维码": "web", "邮件附件表单": "email",
        "活动报名": "event",
    }  # fmt: skip
    notes = {one.code: one.note.zh for one in D.channels if one.note}
    assert "填写说明" in notes["email_form"] and "重点客户" in notes["email_form"]
    assert {"腾讯问卷", "金数据"} == set(next(one.aliases for one in D.channels if one.code == "form_tool"))


def test_the_forms_live_side_by_side_with_their_purposes() -> None:
    assert {one.purpose.zh for one in D.forms if one.purpose} >= {
        "新客户拓展",
        "产品迭代",
        "售后跟踪",
        "活动报名与意向筛选",
    }
    purposes = next(one for one in D.fields if one.code == "purpose")
    assert {one.code for one in purposes.choices} == {one.code for one in D.forms} - {"unified"}
    needed = {one.code: {item.value for item in items(one).values() if item.required} for one in D.forms}
    assert needed["event_signup"] == {"customer.name", "customer.phone"}
    assert needed["new_customer"] == {"customer.name", "customer.phone", "customer.company", "type", "description"}
    assert len(items(form(D, "event_signup"))) < len(items(form(D, "unified")))


@pytest.mark.parametrize(
    ("kind", "label", "alias", "text"),
    [
        ("product_inquiry", "产品咨询", None, "想要一份产品资料"),
        ("custom_service", "服务定制", "定制服务", "需要按我们的流程定制"),
        ("cooperation", "合作意向", "合作对接", "想做贵司的代理，长期合作"),
        ("other", "其他", None, "上个月的发票开错了"),
    ],
)
def test_types(kind: str, label: str, alias: str | None, text: str) -> None:
    assert classify(D, Facts(text)).type == D.type(kind)
    assert D.type(kind).label.zh == label
    assert alias is None or alias in D.type(kind).aliases


@pytest.mark.parametrize(
    ("facts", "lead"),
    [
        (Facts("", type="product_inquiry"), "SUP"),
        (Facts("", type="product_inquiry", product="数据平台"), "PRD"),
        (Facts("", type="product_inquiry", urgency="high"), "SAL"),
        (Facts("", type="custom_service"), "SAL"),
        (Facts("", type="custom_service", industry="IT服务"), "TEC"),
        (Facts("", type="custom_service", industry="零售业"), "SAL"),
        (Facts("", type="cooperation"), "SAL"),
        (Facts("", type="other"), "CSR"),
        (Facts("", feedback_kind="problem"), "AFS"),
        (Facts("", fields={"purpose": "event_signup"}), "SAL"),
        (Facts(""), "CSR"),
    ],
)
def test_demands_go_by_product_industry_and_urgency(facts: Facts, lead: str) -> None:
    assert route(D, facts).lead == lead


@pytest.mark.parametrize(
    ("urgency", "level", "resolve"),
    [("high", "high", "1wd"), ("mid", "mid", "3wd"), ("low", "low", "5wd"), (None, "mid", "3wd")],
)
def test_urgency_is_the_priority_and_sets_the_limit(urgency: str | None, level: str, resolve: str) -> None:
    assert prioritise(D, Facts("", urgency=urgency)).level.code == level
    assert spans(D, "resolution")[urgency or D.default_urgency or ""] == resolve
    assert [one.label.zh for one in D.urgencies] == ["高", "中", "低"]


def test_a_wanted_date_takes_the_place_of_the_limit() -> None:
    wanted = Facts("", given=frozenset({"expected_by"}))
    clocks = ("resolution", "resolution_expected")
    assert [code for code in clocks if runs(D.clock(code), wanted)] == ["resolution_expected"]
    assert [code for code in clocks if runs(D.clock(code), Facts(""))] == ["resolution"]
    assert (D.clock("resolution_expected").starts_at, D.clock("resolution_expected").add) == ("expected_by", "0h")


def test_sorted_and_assigned_within_a_day() -> None:
    clock = D.clock("assignment")
    assert (clock.add, clock.starts_at, clock.met_by[:2]) == ("24h", "received", ("demand.assigned", "demand.accepted"))
    assert due(D, "2024-10-04 20:00", "24h") == "2024-10-05 20:00"  # on a holiday too
    assert promise_span(D, "high") is None


@pytest.mark.parametrize(
    ("facts", "lacks"),
    [
        (Facts(""), ("customer.name", "customer.phone", "type", "description")),
        (Facts("", given=IDENTITY), ("type", "description")),
        (Facts("", given=IDENTITY, feedback_kind="rating"), ()),
        (Facts("", given=IDENTITY, fields={"purpose": "event_signup"}), ()),
        (Facts("", feedback_kind="rating"), ("customer.name", "customer.phone")),
        (Facts("", given=IDENTITY, feedback_kind="problem"), ("type", "description")),
        (Facts("", given=IDENTITY | {"type", "description"}, customer_kind="company"), ("customer.company",)),
        (Facts("", given=IDENTITY | {"type", "description"}, customer_kind="person"), ()),
    ],
)
def test_starred_fields_are_required_unless_it_is_a_rating_or_a_sign_up(facts: Facts, lacks: tuple[str, ...]) -> None:
    assert missing(D, facts) == lacks


@pytest.mark.parametrize(
    ("code", "label", "goes_to"),
    [
        ("rating", "满意度评价", "service_review"),
        ("opinion", "意见建议", "monthly_analysis"),
        ("problem", "问题投诉", "starts_handling"),
    ],
)
def test_feedback_goes_by_its_kind(code: str, label: str, goes_to: str) -> None:
    kind = feedback_kind(D, code)
    assert kind is not None
    assert (kind.label.zh, kind.route) == (label, goes_to)
    assert kind.lead in {"CSR", "PRD", "AFS"}


def test_five_stars_of_which_few_are_a_problem() -> None:
    assert D.feedback.scale == "stars"
    assert {one.code: one.satisfied for one in D.feedback.levels} == {
        "1": False, "2": False, "3": True, "4": True, "5": True,
    }  # fmt: skip
    assert "非常满意" in D.feedback.levels[-1].label.zh
    assert D.feedback.not_satisfied == "starts_handling"
    assert D.feedback.signature == "none"
    assert D.status("completed").actions["dispute"] == "in_progress"


def test_numbers_of_customers_and_their_demands() -> None:
    customers, demands = D.customer_numbering, D.numbering
    assert customers.pattern.format(yyyy="2024", mm="05", dd="01", seq="1".zfill(customers.width)) == "YQ20240501001"
    assert demands.pattern.format(customer="YQ20240501001", seq="2".zfill(demands.width)) == "YQ20240501001-2"
    assert (customers.scope, demands.scope) == ("{yyyy}{mm}{dd}", "{customer}")


def test_the_form_has_three_areas_with_every_field_of_the_source() -> None:
    unified = form(D, "unified")
    assert [one.label.zh for one in unified.areas] == ["客户基本信息", "需求信息", "反馈与跟进"]
    shown = items(unified)
    starred = {label for label, item in shown.items() if item.required}
    assert starred == {"姓名", "联系方式", "公司名称", "需求类型", "需求描述"}
    assert shown["公司名称"].asked_when == AskedWhen("customer.kind", ("company",))
    assert shown["满意度星级"].asked_when == AskedWhen("feedback.kind", ("rating",))
    assert [label for label, item in shown.items() if item.asked_when] == ["公司名称", "满意度星级"]
    others = """
        客户编号 公司名称 所属行业 期望交付时间 预算范围 产品 紧急程度 反馈类型 反馈内容 处理状态 负责人 跟进时间 备注
    """
    assert set(others.split()) <= set(shown)
    assert shown["需求类型"].choices == ("产品咨询", "服务定制", "合作意向", "其他")
    assert {"制造业", "零售业", "IT服务"} <= set(shown["所属行业"].choices)
    assert not any(item.required for item in items(form(D, "unified")).values() if item.value.startswith("feedback."))
    assert shown["处理状态"].choices == tuple(one.label.zh for one in D.statuses if not one.ours)
    assert shown["联系方式"].note is not None and "11 位" in shown["联系方式"].note.zh


def test_fields_that_the_policy_adds() -> None:
    fields = {one.code: one for one in D.fields}
    assert [one.label.zh for one in fields["budget"].choices] == ["1万以下", "1-5万", "5-10万", "10万以上"]
    assert {"展会推荐", "老客户转介绍"} <= {one.label.zh for one in fields["source"].choices}
    assert fields["source"].extra
    assert [one.code for one in D.fields if one.sensitive] == ["finances"]


def test_contacts_are_for_business_only() -> None:
    told = " ".join(one.zh for one in D.privacy.notes)
    assert "仅用于业务联系" in told and "不提供给第三方" in told and "导入后须立即删除" in told
    (receipt,) = notices(D, "demand.received", Facts(""))
    assert "绝不外泄" in receipt.body.zh


def test_a_rating_is_thanked_for() -> None:
    (receipt,) = notices(D, "demand.received", Facts("", feedback_kind="rating"))
    assert "感谢您的反馈" in receipt.body.zh


@pytest.mark.parametrize(
    ("facts", "label"),
    [
        (Facts("", fields={"intent": "clear"}), "重点跟进"),
        (Facts("", urgency="high", type="cooperation"), "重点跟进"),
        (Facts("", fields={"intent": "considering"}), "潜力客户"),
        (Facts("", type="cooperation"), "潜力客户"),
        (Facts("", type="other", urgency="low"), "长期维护"),
        (Facts("", fields={"intent": "none"}), "长期维护"),
    ],
)
def test_tiers_come_from_urgency_and_intent_and_change_the_service(facts: Facts, label: str) -> None:
    found = tier(D, facts)
    assert found is not None and found.label.zh == label
    assert len({one.service.zh for one in D.tiers}) == 3


def test_summaries_weekly_and_monthly() -> None:
    reports = {one.every: one.sections for one in D.reports}
    assert set(reports) == {"week", "month"}
    assert {"types", "industries"} <= set(reports["week"]) & set(reports["month"])
    assert {"tiers", "sources", "field_usage", "feedback_problems", "improvement_plan"} <= set(reports["month"])
    assert D.retention.years is None
