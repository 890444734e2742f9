"""What is no demand, and facts that were recorded wrongly."""

from dataclasses import replace
from typing import Any

import pytest

from services.triage.domain import deadlines
from services.triage.domain.deadlines import Happened, Setting
from services.triage.tables import Case
from shared.calendars.loader import installed as calendars
from shared.policies.facts import Facts
from shared.policies.loader import installed
from shared.policies.parts import Condition
from tests.triage.conftest import INQUIRY, Triage, local


@pytest.mark.parametrize("kind", ["wrong_person", "spam", "not_a_demand"])
def test_what_is_no_demand_is_closed_and_waits_for_nothing(triage: Triage, kind: str) -> None:
    number = triage.demand()
    answer = triage.act(number, "reject", kind=kind, reason="联系人 13912345678 找的是别家")
    assert answer["status"] == {"code": "closed", "category": "closed", "label": "已关闭", "resolution": "rejected"}
    shown = triage.shown(number)
    waiting = [one["code"] for one in shown["deadlines"] if not one["met_at"] and not one["superseded_at"]]
    assert waiting == ["grace"], "for a while staff may correct it"
    (told,) = triage.published("demand.rejected")
    assert told.data["kind"] == kind and "13912345678" not in told.data["reason"]


def test_bad_rejections(triage: Triage) -> None:
    number = triage.demand()
    before = triage.rows(Case)
    for body in ({"kind": "boring", "reason": "x"}, {"kind": "spam"}, {"kind": "spam", "reason": " "}, {}):
        answer = triage.call("POST", f"/demands/{number}/reject", triage.token("lead"), json=body)
        assert answer.status_code == 422, body
    assert triage.rows(Case) == before
    triage.act(number, "reject", kind="spam", reason="广告")
    assert triage.refused(number, "reject", kind="spam", reason="广告") == "action-not-allowed"


def test_a_rejected_demand_leaves_the_queue_as_closed(triage: Triage) -> None:
    triage.department("SUP", "queue")
    number = triage.demand()
    triage.act(number, "reject", kind="wrong_person", reason="找的是别家")
    (told,) = triage.published("work.updated")
    assert (told.data["events"], told.data["status"]["resolution"]) == (["demand.rejected"], "rejected")


@pytest.mark.parametrize(
    ("policy", "fact", "value", "before", "after"),
    [
        ("C", "order_number", "20231008011", None, "20231008011"),
        ("C", "subject", "物流停滞", None, "物流停滞"),
        ("C", "product", "订单模块", None, "订单模块"),
        ("C", "expected_by", "2024-10-15", None, "2024-10-15"),
        ("C", "impact.customers", 12, None, 12),
        ("C", "impact.safety", True, None, True),
        ("A", "urgency", "紧急", None, "urgent"),
        ("C", "fields.product_model", "X-200", None, "X-200"),
    ],
)
def test_a_fact_is_put_right_and_the_former_stays_on_record(
    triage: Triage, policy: str, fact: str, value: Any, before: Any, after: Any
) -> None:
    number = triage.demand(policy=policy, type="inquiry")
    level = triage.shown(number)["priority"]
    triage.act(number, "correct", fact=fact, value=value, reason="录入有误")
    (told,) = triage.published("demand.corrected")
    assert (told.data["fact"], told.data["before"], told.data["after"]) == (fact, before, after)
    shown = triage.shown(number)
    assert shown["priority"] | {"proposed": None} == level, "a priority is never changed in silence"
    assert shown["timeline"][-1]["event"] in ("demand.corrected", "deadlines.changed", "priority.proposed")
    assert triage.refused(number, "correct", fact=fact, value=value, reason="再改") == "unchanged"
    triage.act(number, "correct", fact=fact, value=None, reason="其实没有")
    assert triage.published("demand.corrected")[-1].data["before"] == after


def test_a_corrected_description_is_redacted_shown_and_found(triage: Triage) -> None:
    number = triage.demand()
    triage.act(number, "correct", fact="description", value="发票抬头印错，电话 13912345678", reason="听错了")
    shown = triage.shown(number)
    assert shown["description"].startswith("发票抬头印错") and "13912345678" not in shown["description"]
    assert triage.published("demand.corrected")[0].data["before"] == INQUIRY
    found = triage.call("GET", "/demands?q=发票抬头").json or {}
    assert [one["number"] for one in found["items"]] == [number]
    assert (triage.call("GET", "/demands?q=物流更新").json or {})["items"] == []


def test_deadlines_follow_a_corrected_urgency(triage: Triage) -> None:
    number = triage.demand(policy="D", type="custom_service", urgency="low")
    assert triage.due(number, "resolution") == ["2024-10-14 14:30"]  # 5 working days, 10-12 is one of them
    triage.act(number, "correct", fact="urgency", value="high", reason="客户说很急")
    assert triage.due(number, "resolution") == ["2024-10-09 14:30"]


def test_deadlines_follow_a_corrected_date(triage: Triage) -> None:
    number = triage.demand(policy="D", type="custom_service", urgency="low", expected_by="2024-10-20")
    assert triage.due(number, "resolution_expected") == ["2024-10-21 00:00"]
    triage.act(number, "correct", fact="expected_by", value="2024-10-25", reason="听错日期")
    assert triage.due(number, "resolution_expected") == ["2024-10-26 00:00"]
    triage.act(number, "correct", fact="expected_by", value=None, reason="客户没有期限")
    assert triage.due(number, "resolution_expected") == []
    assert triage.due(number, "resolution") == ["2024-10-14 14:30"], "without a date the urgency counts"


def test_a_clock_that_does_not_restart_follows_a_corrected_date_too() -> None:
    policy = installed().pinned("D", "1")
    clock = next(one for one in policy.clocks if one.starts_at == "expected_by")
    policy = replace(policy, clocks=(replace(clock, restarts=False, when=Condition()),))
    setting = Setting(policy, calendars().effective(policy.calendar), Facts(text=""), policy.priority.default, "d")
    first, right, now = local("2024-10-20 10:00"), local("2024-10-25 10:00"), local("2024-10-08 14:30")
    rows = deadlines.after(setting, (), Happened("demand.triaged", now, 1, {"expected_by": first}))
    rows = deadlines.redated(setting, rows, "expected_by", Happened("", now, 1, {"expected_by": right}))
    assert [(row.due_at, row.open) for row in rows] == [(first, False), (right, True)]
    ended = deadlines.redated(setting, rows, "expected_by", Happened("", now, 1))
    assert [row.open for row in ended] == [False, False], "no date, no deadline"
    assert deadlines.redated(setting, rows, "fields.other", Happened("", now, 1)) == rows


def test_a_corrected_order_number_finds_its_copies(triage: Triage) -> None:
    stranger = {
        "number": "YQ20240506009", "masked_name": "李*", "kind": "person", "industry": None, "tier": None,
        "value": None, "company_name": None,
    }  # fmt: skip
    first, second = triage.demand(order_number="SO-1"), triage.demand("完全不同的说法", customer=stranger)
    triage.act(second, "correct", fact="order_number", value="so-1", reason="漏填")
    items = (triage.call("GET", f"/demands/{second}/duplicates").json or {})["items"]
    assert [(one["number"], one["reasons"][0]) for one in items] == [(first, "same_order_number")]


@pytest.mark.parametrize(
    ("fact", "value", "code"),
    [
        ("type", "inquiry", "unknown-fact"),
        ("number", "M1", "unknown-fact"),
        ("impact.size", 3, "unknown-fact"),
        ("fields.nobody_knows", "x", "unknown-fact"),
        ("given", "x", "unknown-fact"),
        ("mood", "没有这种", "unknown-code"),
        ("urgency", ["高"], "unknown-code"),
        ("description", "", "required"),
        ("description", None, "required"),
        ("description", 7, "wrong-form"),
        ("expected_by", "2024-13-01", "wrong-form"),
        ("expected_by", "2024-10-15T10:00:00", "wrong-form"),
        ("expected_by", "明天", "wrong-form"),
        ("impact.customers", -1, "wrong-form"),
        ("impact.customers", True, "wrong-form"),
        ("impact.safety", "yes", "wrong-form"),
        ("subject", "长" * 201, "length"),
        ("subject", {"a": 1}, "type"),
    ],
)
def test_bad_corrections_change_nothing(triage: Triage, fact: str, value: Any, code: str) -> None:
    number = triage.demand()
    before = triage.rows(Case)
    assert triage.refused(number, "correct", fact=fact, value=value, reason="x") == code
    assert triage.rows(Case) == before


def test_sensitive_answers_are_not_corrected_here(triage: Triage) -> None:
    number = triage.demand(policy="D", type="custom_service", urgency="low")
    assert triage.refused(number, "correct", fact="fields.budget", value="x", reason="x") in (
        "unknown-fact",
        "unknown-code",
    )


def test_what_is_closed_can_still_be_put_right(triage: Triage) -> None:
    number = triage.demand()
    triage.at(local("2024-10-09 10:00"))
    triage.act(number, "reject", kind="not_a_demand", reason="只是问候")
    triage.act(number, "correct", fact="order_number", value="1", reason="补录")
    assert triage.shown(number)["status"]["category"] == "closed"
    assert triage.published("deadlines.changed")[-1].version < triage.published("demand.corrected")[-1].version
