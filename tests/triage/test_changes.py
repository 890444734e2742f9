"""A changed plan (policy B, 需求变更申请表): carried out only when the customer and the lead have agreed."""

from datetime import timedelta
from typing import Any

import pytest

from services.triage.child_tables import Change
from services.triage.tables import Case
from shared.auth import sign_token
from tests.triage.conftest import JUDGED, Triage

FINISH = "2024-10-09T12:00:00+08:00"
LATER = "2024-10-14T18:00:00+08:00"
WANTED = {
    "what": "改为更换通信模块",
    "reason": "固件无法修复",
    "plan": "更换三号车间网关的通信模块",
    "expected_finish": LATER,
}


def _planned(triage: Triage) -> str:
    number = triage.demand("设备接口无法联调", policy="B", type="tech_inquiry", urgency="urgent")
    triage.act(number, "accept")
    triage.act(number, "evaluate", verdict="feasible", text="可行", **JUDGED)
    triage.act(number, "plan", text="远程回退固件", expected_finish=FINISH)
    return number


def _asked(triage: Triage, **more: Any) -> tuple[str, str]:
    """A planned demand with an open change, and the change's id."""
    number = _planned(triage)
    triage.act(number, "change-requests", **WANTED, **more)
    return number, str(triage.shown(number)["changes"][0]["id"])


def _decide(triage: Triage, number: str, change: str, sub: str = "u-2", role: str = "lead", **body: Any) -> Any:
    claims = {"sub": sub, "kind": "staff", "roles": [role]}
    token = sign_token(
        triage.signing_key, issuer="triage", audience="triage", claims=claims, lifetime=timedelta(minutes=5)
    )
    return triage.call("POST", f"/demands/{number}/change-requests/{change}/decision", token, json=body)


def _says(triage: Triage, number: str, change: str, agrees: bool) -> None:
    kind = "change.confirmed" if agrees else "change.declined"
    triage.hear(number, kind, change=change, opinion=None if agrees else "太晚了", at="2024-10-08T07:00:00Z")


@pytest.mark.parametrize("customer_first", [True, False])
def test_a_change_is_carried_out_when_both_have_agreed_and_not_before(triage: Triage, customer_first: bool) -> None:
    number, change = _asked(triage, cost={"amount": 1200.5})
    (asked,) = triage.published("change.requested")
    assert (asked.data["change"], asked.data["change_number"]) == (change, 1)
    assert asked.data["cost"] == {"amount": 1200.5, "currency": "CNY"}
    assert (asked.data["before"], asked.data["expected_finish"]) == ("2024-10-09T04:00:00Z", "2024-10-14T10:00:00Z")
    steps = [
        lambda: _says(triage, number, change, True),
        lambda: _decide(triage, number, change, verdict="approved"),
    ]
    first, second = steps if customer_first else reversed(steps)
    first()
    assert len(triage.published("demand.planned")) == 1, "one yes is not two"
    assert triage.published("change.decided") == []
    second()
    (decided,) = triage.published("change.decided")
    assert (decided.data["verdict"], decided.data["change"]) == ("approved", change)
    assert [row.data["party"] for row in triage.published("change.approved")] == ["department_lead"]
    before, after = triage.published("demand.planned")
    assert (before.data["text"], before.data["change"]) == ("远程回退固件", None), "the old plan stays in the record"
    assert (after.data["text"], after.data["change"]) == (WANTED["plan"], change)
    assert after.data["expected_finish"] == "2024-10-14T10:00:00Z"
    shown = triage.shown(number)
    assert shown["changes"][0]["state"] == "approved" and len(shown["changes"][0]["answers"]) == 2
    assert [one["event"] for one in shown["timeline"]].count("change.confirmed") == 1


def test_the_promise_that_stood_stays_in_the_ledger(triage: Triage) -> None:
    number = _planned(triage)
    triage.act(number, "told", text="周三中午前恢复", channel="phone", promised_for=FINISH)
    triage.act(number, "change-requests", **WANTED)
    change = triage.shown(number)["changes"][0]["id"]
    _says(triage, number, change, True)
    _decide(triage, number, change, verdict="approved")
    ledger = triage.shown(number)["promises"]
    told, changed = ledger[-2:]
    assert (told["kind"], told["promised_for"]) == ("told", "2024-10-09T04:00:00Z")
    assert (changed["kind"], changed["predecessor"]) == ("change", told["number"])
    assert changed["promised_for"] == "2024-10-14T10:00:00Z"
    assert triage.due(number, "promise") == [], "the earlier date is owed no longer"
    assert triage.refused(number, "plan", text="x", expected_finish="2024-10-20T10:00:00Z") == "change-request-needed"


@pytest.mark.parametrize("who", ["customer", "lead"])
def test_one_no_is_enough_and_the_plan_stands(triage: Triage, who: str) -> None:
    number, change = _asked(triage)
    if who == "customer":
        _decide(triage, number, change, verdict="approved")
        _says(triage, number, change, False)
    else:
        assert _decide(triage, number, change, verdict="refused").json["errors"][0]["code"] == "reason-missing"
        _decide(triage, number, change, verdict="refused", reason="无备件")
    (decided,) = triage.published("change.decided")
    assert decided.data["verdict"] == "refused"
    assert decided.data["party"] == ("customer" if who == "customer" else "department_lead")
    assert len(triage.published("demand.planned")) == 1
    _says(triage, number, change, True)
    assert len(triage.published("change.decided")) == 1, "a later answer changes nothing"
    assert _decide(triage, number, change, verdict="approved").json["code"] == "change-decided"
    triage.act(number, "change-requests", **WANTED)
    assert [one["number"] for one in triage.shown(number)["changes"]] == [1, 2], "another one may be asked for"


def test_nobody_decides_on_their_own_change_and_only_leads_decide(triage: Triage) -> None:
    number, change = _asked(triage)
    before = (triage.rows(Case), triage.rows(Change))
    assert _decide(triage, number, change, sub="u-1", verdict="approved").json["code"] == "own-change"
    assert _decide(triage, number, change, role="staff", verdict="approved").status_code == 403
    assert _decide(triage, number, "ghost", verdict="approved").json["code"] == "change-unknown"
    assert _decide(triage, number, change, verdict="perhaps").status_code == 422
    assert (triage.rows(Case), triage.rows(Change)) == before
    assert _decide(triage, number, change, verdict="approved").status_code == 200
    assert _decide(triage, number, change, sub="u-3", verdict="approved").json["code"] == "already-decided"


def test_while_a_change_is_open_nothing_else_becomes_of_the_plan(triage: Triage) -> None:
    number, change = _asked(triage)
    assert triage.refused(number, "plan", text="另一方案", expected_finish=FINISH) == "change-open"
    assert triage.refused(number, "change-requests", **WANTED) == "change-open"
    assert triage.refused(number, "hand-over", conclusion="已处理") == "change-open"
    assert triage.refused(number, "complete", conclusion="已处理") == "change-open"
    _decide(triage, number, change, verdict="refused", reason="无备件")
    assert triage.refused(number, "plan", text="另一方案", expected_finish=FINISH) == "change-request-needed"
    triage.at("2024-10-08 15:00")
    triage.act(number, "evaluate", verdict="feasible", text="情况有变", **JUDGED)
    triage.act(number, "plan", text="另一方案", expected_finish=FINISH)


def test_a_department_asks_for_a_change_by_command(triage: Triage) -> None:
    triage.department("TEC", "queue")
    number = triage.demand("设备接口无法联调", policy="B", type="tech_inquiry", urgency="urgent")
    triage.command("TEC", "accept", demand=number)
    refused = triage.command("TEC", "change-request", demand=number, **WANTED)
    assert refused.data["problem"]["code"] == "nothing-planned"
    triage.command("TEC", "evaluate", demand=number, verdict="feasible", text="可行", **JUDGED)
    triage.command("TEC", "plan", demand=number, text="远程回退固件", expected_finish=FINISH)
    asked = triage.command("TEC", "change-request", demand=number, **WANTED)
    assert asked.type == "demandflow.work.accepted.v1"
    assert triage.published("change.requested")[0].data["by"] == "department:TEC"
    unknown = triage.command("TEC", "decide-change", demand=number, change="x", verdict="approved")
    assert unknown.data["problem"]["code"] == "unknown-verb", "a tool does not approve"
    change = triage.shown(number)["changes"][0]["id"]
    _says(triage, number, change, True)
    _decide(triage, number, change, verdict="approved")
    assert triage.published("work.updated")[-1].data["events"] == [
        "change.approved", "change.decided", "demand.planned"
    ]  # fmt: skip


def test_what_is_asked_for_is_looked_at(triage: Triage) -> None:
    number = _planned(triage)
    wrong = {"what": "x", "reason": "x", "plan": "x"}
    assert triage.refused(number, "change-requests", **wrong, expected_finish="2024-10-01T10:00:00Z") == "date-passed"
    assert triage.refused(number, "change-requests", what="x", reason="x") == "required"
    assert triage.refused(number, "change-requests", **wrong, cost={"amount": -1}) == "range"
    assert triage.refused(number, "change-requests", **wrong, cost={"amount": 1, "currency": "yuan"}) == "form"
    assert triage.rows(Change) == []
    triage.act(number, "change-requests", what="改派张三 13800005678", reason="x", plan="x")
    told = triage.published("change.requested")[0].data
    assert "13800005678" not in str(told), "what leaves holds no personal data"
    assert told["expected_finish"] is None


def test_a_policy_without_change_requests_plans_anew(triage: Triage) -> None:
    number = triage.demand("订单系统不能批量导出", policy="A", type="suggestion", urgency="normal")
    triage.act(number, "accept")
    triage.act(number, "plan", text="先查原因", expected_finish=LATER)
    assert triage.refused(number, "change-requests", **WANTED) == "no-change-requests"
    triage.act(number, "plan", text="随版本修复", expected_finish=LATER)
