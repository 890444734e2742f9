"""What departments think of a demand, what it takes, and how it will be solved: over HTTP and by command."""

from typing import Any

import pytest

from services.triage.child_tables import Evaluation
from services.triage.tables import Case
from tests.triage.conftest import Triage

COUNTS = {name: {"verdict": "yes"} for name in ("technical", "strategy", "resources")}
WHOLE: dict[str, Any] = {"verdict": "feasible", "text": "可行", "feasibility": COUNTS, "resources": {"people": 2}}
LABEL = "希望支持面单模板按客户自动切换"


def under_b(triage: Triage, **changes: Any) -> str:
    """A demand that 产品部 has taken on and 技术部 joins."""
    number = triage.demand(LABEL, policy="B", type="feature", urgency="normal", **changes)
    triage.act(number, "accept")
    return number


def supplemented(triage: Triage, number: str, description: str = "每天约二十次") -> None:
    triage.hear(
        number, "demand.supplemented", supplement_id="s-1", at="2024-10-09T06:30:00Z", by="customer",
        description=description, fields={}, values={}, given=["description"], quality={"vague": [], "missing": []},
    )  # fmt: skip


def test_b_each_department_judges_and_the_latest_of_each_stands(triage: Triage) -> None:
    triage.department("TEC", "queue")
    number = under_b(triage)
    technical = {"technical": {"verdict": "partly", "note": "打印服务需升级"}}
    need = {"people": 1, "hours": 16, "budget": 5000}
    told = triage.command(
        "TEC", "evaluate", demand=number, verdict="partly", text="两人日", feasibility=technical, resources=need
    )
    assert told.type == "demandflow.work.accepted.v1", told.data
    rest = {name: COUNTS[name] for name in ("strategy", "resources")}
    triage.act(number, "evaluate", verdict="partly", text="与路线图一致", feasibility=rest)
    triage.act(number, "evaluate", verdict="feasible", text="已排期", feasibility=rest)
    rows = triage.shown(number)["evaluations"]
    assert [(one["department"], one["verdict"], one["stands"]) for one in rows] == [
        ("TEC", "partly", True),
        ("PRD", "partly", False),
        ("PRD", "feasible", True),
    ]
    assert rows[0]["feasibility"]["technical"] == technical["technical"]
    assert rows[0]["resources"] == {**need, "lacking": None}
    last = triage.published("demand.evaluated")[-1].data
    assert (last["department"], last["overall"], last["feasibility"]["technical"]) == ("PRD", "feasible", None)


def test_b_somebody_of_no_department_evaluates_for_one_that_has_a_part(triage: Triage) -> None:
    number = under_b(triage)
    told = {"verdict": "feasible", "text": "可行", "feasibility": {"technical": {"verdict": "yes"}}}
    triage.act(number, "evaluate", department="TEC", **told)
    assert triage.shown(number)["evaluations"][0]["department"] == "TEC"
    assert triage.refused(number, "evaluate", department="SAL", **told) == "unknown-department"
    key = triage.department("TEC", "queue")
    answer = triage.call("POST", f"/demands/{number}/evaluate", key, json={**told, "department": "PRD"})
    assert (answer.status_code, answer.json["errors"][0]["code"]) == (422, "unknown-department")  # type: ignore[index]


def test_b_a_finding_of_the_joining_department_alone_does_not_outweigh_the_lead(triage: Triage) -> None:
    number = under_b(triage)
    no = {"verdict": "infeasible", "text": "接口已停", "explanation": "对方停止维护", "alternative": "改用批量导入"}
    triage.act(number, "evaluate", department="TEC", feasibility={"technical": {"verdict": "no"}}, **no)
    assert triage.published("demand.evaluated")[-1].data["overall"] == "infeasible", "nobody else has spoken"
    triage.act(number, "evaluate", **WHOLE)
    assert triage.published("demand.evaluated")[-1].data["overall"] == "feasible"
    triage.act(number, "complete", conclusion="已开通")
    result = triage.published("demand.completed")[0].data["result"]
    assert (result["explanation"], result["alternative"]) == (None, None)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"feasibility": None}, "counts-missing"),
        ({"feasibility": {"technical": {"verdict": "yes"}}}, "counts-missing"),
        ({"feasibility": {"technical": {"verdict": "perhaps"}}}, "choice"),
        ({"feasibility": {"looks": {"verdict": "yes"}}}, "unknown-field"),
        ({"feasibility": {**COUNTS, "technical": {"verdict": "no"}}}, "verdict-contradicts"),
        ({"resources": None}, "resources-missing"),
        ({"resources": {"lacking": None}}, "resources-missing"),
        ({"resources": {"people": 1, "lacking": "没有人"}}, "verdict-contradicts"),
        ({"resources": {"people": -1}}, "range"),
        ({"resources": {"hours": "8"}}, "type"),
        ({"resources": {"budget": True}}, "type"),
        ({"verdict": "infeasible", "alternative": "导入"}, "explanation-missing"),
        ({"verdict": "infeasible", "explanation": "停产"}, "alternative-missing"),
    ],
)
def test_b_what_an_evaluation_lacks_is_named_and_nothing_changes(
    triage: Triage, changes: dict[str, Any], code: str
) -> None:
    number = under_b(triage)
    before = (triage.rows(Case), triage.rows(Evaluation), len(triage.published()))
    assert triage.refused(number, "evaluate", **{**WHOLE, **changes}) == code
    assert (triage.rows(Case), triage.rows(Evaluation), len(triage.published())) == before


@pytest.mark.parametrize("policy", ["A", "C", "D"])
def test_where_the_policy_asks_for_no_counts_a_verdict_is_enough(triage: Triage, policy: str) -> None:
    number = triage.demand(LABEL, policy=policy, type={"A": "suggestion", "C": "suggestion", "D": "other"}[policy])
    triage.act(number, "accept")
    triage.act(number, "evaluate", verdict="feasible", text="可行")
    assert triage.shown(number)["evaluations"][0]["feasibility"] is None


def test_b_what_is_lacking_goes_to_the_lead_until_somebody_reallocates(triage: Triage) -> None:
    number = under_b(triage)
    lacks = {**WHOLE, "feasibility": {**COUNTS, "resources": {"verdict": "partly"}}}
    lacks["resources"] = {"people": 2, "lacking": "缺一名打印服务工程师，可打 13800005678"}
    triage.act(number, "evaluate", **lacks)
    (told,) = triage.published("resources.lacking")
    assert told.data["department"] == "PRD" and "13800005678" not in str(told.data)
    assert triage.shown(number)["lacking"]["departments"]["PRD"].startswith("缺一名打印服务工程师")
    technical = {"feasibility": {"technical": {"verdict": "yes"}}}
    triage.act(number, "evaluate", department="TEC", verdict="feasible", text="可行", **technical)
    assert triage.shown(number)["lacking"], "another department's evaluation reallocates nothing"
    triage.act(number, "evaluate", **WHOLE)
    assert triage.shown(number)["lacking"] is None
    triage.act(number, "evaluate", **lacks)
    triage.act(number, "assign", handler_name="钱工")
    assert triage.shown(number)["lacking"] is None, "who names somebody has reallocated"


def test_b_what_is_infeasible_is_told_with_explanation_and_alternative(triage: Triage) -> None:
    number = under_b(triage)
    no = {"verdict": "infeasible", "explanation": "传真网关已停止维护", "alternative": "配一台热敏打印机"}
    triage.act(number, "evaluate", text="做不到", feasibility={**COUNTS, "technical": {"verdict": "no"}}, **no)
    triage.act(number, "complete", conclusion="暂不支持传真", next_step="打印机下周送到")
    (completed,) = triage.published("demand.completed")
    assert completed.data["result"] == {
        "conclusion": "暂不支持传真",
        "next_step": "打印机下周送到",
        "notes": None,
        "explanation": "传真网关已停止维护",
        "alternative": "配一台热敏打印机",
    }
    triage.hear(
        number, "demand.confirmed", cycle=1, satisfaction="satisfied", opinion=None, at="2024-10-08T07:00:00Z",
        signed=True,
    )  # fmt: skip
    assert triage.shown(number)["status"]["resolution"] == "infeasible"


def test_what_turns_out_feasible_after_all_ends_as_done(triage: Triage) -> None:
    number = triage.demand(LABEL, policy="A", type="suggestion", urgency="normal")
    triage.act(number, "accept")
    triage.act(number, "evaluate", verdict="infeasible", text="做不到", alternative="手工导出")
    triage.act(number, "evaluate", verdict="feasible", text="新版支持")
    triage.act(number, "complete", conclusion="已支持")
    assert triage.published("demand.completed")[0].data["result"]["alternative"] is None
    triage.hear(
        number, "demand.confirmed", cycle=1, satisfaction="yes", opinion=None, at="2024-10-08T07:00:00Z", signed=True
    )
    assert triage.shown(number)["status"]["resolution"] == "done"


def test_a_a_supplement_reopens_the_evaluation(triage: Triage) -> None:
    number = triage.demand(LABEL, policy="A", type="suggestion", urgency="normal")
    triage.act(number, "accept")
    triage.act(number, "evaluate", verdict="feasible", text="可行")
    triage.act(number, "plan", text="下版本", expected_finish="2024-10-15T18:00:00+08:00")
    triage.at("2024-10-09 14:30")
    supplemented(triage, number)
    shown = triage.shown(number)
    assert (shown["owed"], shown["status"]["category"]) == (["evaluate", "plan"], "in_progress")
    assert [one["stands"] for one in shown["evaluations"]] == [False]
    again = {"text": "下版本，加计数", "expected_finish": "2024-10-14T18:00:00+08:00"}
    assert triage.refused(number, "plan", **again) == "evaluation-reopened"
    assert triage.refused(number, "complete", conclusion="已处理") == "evaluation-reopened"
    triage.act(number, "evaluate", verdict="feasible", text="仍可行")
    assert triage.shown(number)["owed"] == ["plan"]
    triage.act(number, "plan", **again)
    assert triage.shown(number)["owed"] == []
    triage.act(number, "complete", conclusion="已处理")
    plans = [one["data"]["text"] for one in triage.shown(number)["timeline"] if one["event"] == "demand.planned"]
    assert plans == ["下版本", "下版本，加计数"], "earlier plans stay visible"


def test_b_the_clock_of_the_evaluation_runs_anew_after_a_supplement(triage: Triage) -> None:
    number = under_b(triage)
    assert triage.due(number, "evaluation") == ["2024-10-09 09:30"]
    triage.act(number, "evaluate", **WHOLE)
    triage.at("2024-10-09 14:30")
    supplemented(triage, number)
    assert triage.due(number, "evaluation") == [
        "2024-10-09 09:30",
        "2024-10-10 09:30",
    ]  # 4 wh from 14:30 are over at 18:30
    triage.act(number, "evaluate", **WHOLE)
    rows = [one for one in triage.shown(number)["deadlines"] if one["code"] == "evaluation"]
    assert [one["met_at"] is not None for one in rows] == [True, True]


def test_what_nobody_has_evaluated_is_not_reopened(triage: Triage) -> None:
    number = under_b(triage)
    supplemented(triage, number)
    assert (triage.shown(number)["owed"], triage.due(number, "evaluation")) == ([], ["2024-10-09 09:30"])
    other = triage.demand()
    triage.act(other, "accept")
    triage.act(other, "evaluate", verdict="feasible", text="可行")
    supplemented(triage, other)
    assert triage.shown(other)["owed"] == [], "policy C re-opens nothing"


def test_a_plan_says_how_what_for_and_what_comes_later(triage: Triage) -> None:
    number = under_b(triage)
    triage.act(number, "evaluate", **WHOLE)
    plan = {
        "text": "先灰度一个仓", "solution": "规则引擎加客户条件", "process": "现场培训一次", "workaround": "手工换模板",
        "later_iteration": "十二月支持搜索", "quotation": {"amount": 12000, "note": "含培训"},
    }  # fmt: skip
    triage.act(number, "plan", expected_finish="2024-10-14T12:00:00+08:00", **plan)
    told = triage.published("demand.planned")[0].data
    assert {name: told[name] for name in plan} == {
        **plan,
        "quotation": {"amount": 12000.0, "currency": "CNY", "note": "含培训"},
    }


@pytest.mark.parametrize(
    ("quotation", "code"),
    [
        ({"amount": -1}, "range"),
        ({"amount": "12"}, "type"),
        ({}, "required"),
        ({"amount": 1, "currency": "元"}, "currency"),
    ],
)
def test_a_quotation_that_is_none_is_refused(triage: Triage, quotation: dict[str, Any], code: str) -> None:
    number = triage.demand()
    triage.act(number, "accept")
    body = {"text": "x", "expected_finish": "2024-10-14T12:00:00+08:00", "quotation": quotation}
    assert triage.refused(number, "plan", **body) == code


def test_a_finish_after_what_the_customer_was_promised_is_a_delay(triage: Triage) -> None:
    number = triage.demand(LABEL, policy="A", type="suggestion", urgency="normal")
    triage.act(number, "accept")
    triage.act(number, "told", text="周一前完成", channel="phone", promised_for="2024-10-14T18:00:00+08:00")
    late, soon = "2024-10-15T18:00:00+08:00", "2024-10-14T12:00:00+08:00"
    assert triage.refused(number, "plan", text="x", expected_finish=late) == "promise-broken"
    triage.act(number, "delay", reason="other", expected_finish=late, channel="phone")
    triage.act(number, "plan", text="随版本", expected_finish=late)
    triage.act(number, "plan", text="提前", expected_finish=soon)
    assert triage.due(number, "expected_finish")[-1] == "2024-10-14 12:00"


def test_the_receipt_promises_an_answer_not_a_result(triage: Triage) -> None:
    number = triage.demand()
    triage.act(number, "accept")
    triage.act(number, "plan", text="x", expected_finish="2024-12-31T12:00:00+08:00")
