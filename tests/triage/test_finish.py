"""How a demand is finished: handed over, told in three parts, signed for, disputed, locked."""

import hashlib
import json
from typing import Any

import pytest

from services.triage.tables import Case
from shared.clock import format_time, parse_time
from tests.triage.conftest import COMPLAINT, JUDGED, Triage, local, timer

DONE = {"conclusion": "固件已回退，两小时无断线", "next_step": "修复版发布前请勿自动升级", "notes": "缓存数据已补传"}
TOLD = {**DONE, "explanation": None, "alternative": None}


def _executed(triage: Triage, **changes: Any) -> tuple[str, str]:
    """A demand of policy B in execution at TEC, whose tool's key comes with it."""
    key = triage.department("TEC", "queue")
    number = triage.demand("设备接口无法联调", policy="B", type="tech_inquiry", urgency="urgent", **changes)
    triage.command("TEC", "accept", demand=number)
    triage.command("TEC", "evaluate", demand=number, verdict="feasible", text="可行", **JUDGED)
    triage.command("TEC", "plan", demand=number, text="回退固件", expected_finish="2024-10-09T12:00:00+08:00")
    return number, key


def _answer(level: str, cycle: int = 1, **more: Any) -> dict[str, Any]:
    at = format_time(local("2024-10-10 10:00"))
    return {"cycle": cycle, "satisfaction": level, "opinion": None, "at": at, **more}


@pytest.mark.parametrize("verb", ["hand-over", "complete"])
def test_b_the_department_hands_over_and_the_specialist_tells_the_customer(triage: Triage, verb: str) -> None:
    number, _ = _executed(triage)
    triage.at("2024-10-09 10:00")
    more = {"deliverables": ["修复报告", "配置说明"], "report": "观察两小时"} if verb == "hand-over" else {}
    reply = triage.command("TEC", verb, demand=number, **DONE, expectation_met=True, left_over="长连接仍需观察", **more)
    assert reply.data["status"] == {
        "code": "handed_over", "category": "in_progress", "label": "待反馈客户", "resolution": None
    }  # fmt: skip
    assert triage.published("demand.completed") == [], "the customer has been told nothing yet"
    (handed,) = triage.published("demand.handed_over")
    assert (handed.data["result"], handed.data["by"]) == (TOLD, "department:TEC")
    assert handed.data["deliverables"] == more.get("deliverables", [])
    shown = triage.shown(number)
    met = {one["code"] for one in shown["deadlines"] if one["met_at"]}
    assert "execution" in met and triage.due(number, "feedback") == ["2024-10-09 11:00"]
    assert shown["handed_over"]["left_over"] == "长连接仍需观察" and shown["result"] is None
    triage.at("2024-10-09 10:40")
    triage.act(number, "complete")
    (told,) = triage.published("demand.completed")
    assert told.data["result"] == TOLD, "what was handed over stands"
    assert (told.data["expectation_met"], told.data["left_over"]) == (True, "长连接仍需观察")
    feedback = next(one for one in triage.shown(number)["deadlines"] if one["code"] == "feedback")
    assert feedback["met_at"] and not feedback["breached_at"]


def test_b_the_specialist_may_put_it_into_other_words(triage: Triage) -> None:
    number, key = _executed(triage)
    answer = triage.call("POST", f"/demands/{number}/hand-over", key, json=DONE)
    assert answer.status_code == 200, answer.json
    triage.act(number, "complete", conclusion="已恢复稳定采集")
    assert triage.published("demand.completed")[0].data["result"] == {**TOLD, "conclusion": "已恢复稳定采集"}


def test_b_what_was_handed_over_counts_no_longer_once_it_is_handled_on(triage: Triage) -> None:
    number, _ = _executed(triage)
    triage.command("TEC", "hand-over", demand=number, **DONE)
    triage.command(
        "TEC",
        "evaluate",
        demand=number,
        verdict="feasible",
        text="又断线了",
        **JUDGED,
    )
    assert triage.shown(number)["status"]["code"] == "evaluation"
    assert triage.refused(number, "complete") == "required", "there is nothing to tell the customer"
    assert triage.due(number, "feedback") == [], "and nothing is owed to them within the hour"
    triage.at("2024-10-10 09:30")
    triage.command("TEC", "hand-over", demand=number, conclusion="已更换模块")
    assert triage.due(number, "feedback") == ["2024-10-10 10:30"]
    triage.act(number, "complete")
    assert triage.shown(number)["result"]["conclusion"] == "已更换模块"


def test_b_the_hour_to_tell_the_customer_is_missed(triage: Triage) -> None:
    number, _ = _executed(triage)
    triage.at("2024-10-09 10:00")
    triage.command("TEC", "hand-over", demand=number, **DONE)
    triage.at("2024-10-09 11:30")
    triage.act(number, "complete")
    feedback = next(one for one in triage.shown(number)["deadlines"] if one["code"] == "feedback")
    assert feedback["breached_at"]


def test_a_department_completes_for_itself_where_the_policy_knows_no_hand_over(triage: Triage) -> None:
    triage.department("SUP", "queue")
    number = triage.demand()
    triage.command("SUP", "accept", demand=number)
    refused = triage.command("SUP", "hand-over", demand=number, conclusion="已处理")
    assert refused.data["problem"]["code"] == "action-not-allowed"
    reply = triage.command("SUP", "complete", demand=number, conclusion="已处理")
    assert reply.data["status"]["category"] == "completed"


def test_who_says_nothing_came_out_completes_nothing(triage: Triage) -> None:
    number, _ = _executed(triage)
    before = (triage.rows(Case), len(triage.published()))
    assert triage.refused(number, "complete") == "required"
    assert triage.refused(number, "hand-over", next_step="x") == "required"
    assert triage.refused(number, "hand-over", conclusion="x", deliverables=["x" * 301]) == "length"
    assert (triage.rows(Case), len(triage.published())) == before


def test_the_result_has_three_parts_and_says_whether_the_expectation_is_met_and_what_is_left(triage: Triage) -> None:
    number = triage.demand()
    triage.act(number, "accept")
    triage.act(number, "complete", **DONE, expectation_met=False, left_over="发票抬头仍需人工")
    result = triage.shown(number)["result"]
    assert {name: result[name] for name in DONE} == DONE
    assert (result["expectation_met"], result["left_over"]) == (False, "发票抬头仍需人工")


def test_a_what_is_not_possible_is_told_with_the_alternative(triage: Triage) -> None:
    number = triage.demand("希望能支持火星地址配送", policy="A", type="suggestion", urgency="normal")
    triage.act(number, "accept")
    triage.act(number, "evaluate", verdict="infeasible", text="做不到", alternative="可寄到最近的发射场")
    triage.act(number, "complete", conclusion="暂不支持")
    assert triage.published("demand.completed")[0].data["result"]["alternative"] == "可寄到最近的发射场"


def test_a_signature_is_bound_to_the_very_words(triage: Triage) -> None:
    number = triage.demand()
    triage.act(number, "accept")
    triage.act(number, "complete", **DONE)
    whole = {**TOLD, "expectation_met": None, "left_over": None, "remedy": None, "recourse": None}
    whole |= {"number": number, "cycle": 1}
    text = json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    wanted = hashlib.sha256(text.encode()).hexdigest()
    assert triage.published("demand.completed")[0].data["result_sha256"] == wanted
    assert triage.shown(number)["result"]["sha256"] == wanted
    triage.act(number, "complete", **{**DONE, "notes": "更正：缓存数据无需补传"})
    assert triage.published("demand.completed")[1].data["result_sha256"] != wanted, "a corrected result is another one"
    triage.hear(number, "demand.disputed", **_answer("not_satisfied"))
    assert triage.refused(number, "complete", conclusion="另一种说法") == "already-answered"


def test_a_complaint_that_did_not_satisfy_ends_with_remedy_measure_and_recourse(triage: Triage) -> None:
    number = triage.demand(COMPLAINT, type="complaint")
    triage.act(number, "accept")
    offered = {"offered": "减免一个月服务费", "accepted": False}
    triage.act(number, "complete", conclusion="已致歉", remedy=offered)
    assert triage.published("demand.completed")[0].data["remedy"] == offered
    triage.hear(number, "demand.disputed", **_answer("not_satisfied"))
    assert triage.refused(number, "close", measure="每日同步进度") == "recourse-missing"
    triage.act(number, "close", measure="每日同步进度", recourse="可向客户关系部申请复核")
    assert triage.published("demand.closed")[0].data["recourse"] == "可向客户关系部申请复核"


def test_remedy_and_recourse_are_for_complaints(triage: Triage) -> None:
    number = triage.demand()
    triage.act(number, "accept")
    assert triage.refused(number, "complete", conclusion="已处理", recourse="可复核") == "not-a-complaint"
    assert triage.refused(number, "complete", conclusion="已处理", remedy={"offered": "退款"}) == "not-a-complaint"
    assert triage.refused(number, "complete", conclusion="已处理", remedy={}) == "required"


def _closed(triage: Triage, policy: str = "C", level: str = "satisfied", **changes: Any) -> str:
    number = triage.demand("想知道何时送达", policy=policy, **changes)
    triage.act(number, "assign", handler_name="王工程师")
    triage.act(number, "complete", **DONE)
    triage.hear(number, "demand.confirmed", **_answer(level, signed=True))
    assert triage.shown(number)["status"]["category"] == "closed"
    return number


CLOSED = [
    ("A", "satisfied", "not_satisfied", {"type": "inquiry", "urgency": "normal"}),
    ("B", "satisfied", "not_satisfied", {"type": "tech_inquiry", "urgency": "urgent"}),
    ("C", "rather_satisfied", "not_satisfied", {"type": "inquiry"}),
    ("D", "4", "1", {"type": "product_inquiry", "urgency": "high"}),
]


@pytest.mark.parametrize(("policy", "yes", "no", "changes"), CLOSED)
def test_within_the_grace_the_customer_may_still_object_and_the_next_cycle_begins(
    triage: Triage, policy: str, yes: str, no: str, changes: dict[str, str]
) -> None:
    number = _closed(triage, policy, yes, **changes)
    assert triage.due(number, "grace") == ["2024-10-14 14:30"]  # five working days, 10-12 is one of them
    triage.at("2024-10-12 10:00")
    triage.hear(number, "demand.disputed", **_answer(no))
    shown = triage.shown(number)
    assert (shown["status"]["category"], shown["status"]["resolution"], shown["cycle"]) == ("in_progress", None, 2)
    own = [one for one in shown["deadlines"] if one["cycle"] == 2]
    assert own and all(one["started_at"] == "2024-10-12T02:00:00Z" for one in own), "with clocks of its own"
    grace = triage.published("deadlines.changed")[-1].data["deadlines"]
    assert next(one["met_at"] for one in grace if one["code"] == "grace")
    triage.receive(timer_of_grace(triage, number))
    assert triage.published("demand.locked") == [], "what is open again is not locked"


def timer_of_grace(triage: Triage, number: str, *, cycle: int = 1) -> Any:
    """The bell of a cycle's grace, at its moment."""
    rows = [one for one in triage.shown(number)["deadlines"] if (one["code"], one["cycle"]) == ("grace", cycle)]
    at = triage.at(parse_time(rows[-1]["due_at"]))
    return timer(triage, number, at=at, clock="grace")


def test_after_the_grace_a_demand_is_locked_but_for_what_is_told_linked_or_followed_up(triage: Triage) -> None:
    number = _closed(triage)
    triage.receive(timer_of_grace(triage, number))
    (locked,) = triage.published("demand.locked")
    assert locked.data["at"] == "2024-10-14T06:30:00Z" and triage.published("deadline.breached") == []
    shown = triage.shown(number)
    assert (shown["locked_at"], shown["actions"]) == ("2024-10-14T06:30:00Z", ["follow-up", "link", "told"])
    assert next(one["met_at"] for one in shown["deadlines"] if one["code"] == "grace")
    triage.hear(number, "demand.disputed", **_answer("not_satisfied"))
    assert triage.shown(number)["cycle"] == 1, "an objection that comes later opens nothing"
    assert triage.refused(number, "complete", conclusion="x") == "demand-locked"
    triage.act(number, "told", text="功能已上线", channel="sms")


def test_a_withdrawn_demand_is_not_opened_by_an_objection(triage: Triage) -> None:
    number = triage.demand()
    triage.hear(number, "demand.withdrawn", reason=None, at="2024-10-08T07:00:00Z")
    triage.hear(number, "demand.disputed", **_answer("not_satisfied"))
    assert triage.shown(number)["status"]["resolution"] == "withdrawn"


def test_a_demand_closed_again_has_its_grace_again(triage: Triage) -> None:
    number = _closed(triage)
    triage.at("2024-10-10 10:00")
    triage.hear(number, "demand.disputed", **_answer("not_satisfied"))
    triage.act(number, "complete", conclusion="再次处理")
    assert triage.shown(number)["result"]["conclusion"] == "再次处理"
    triage.hear(number, "demand.confirmed", **_answer("satisfied", cycle=2, signed=True))
    assert triage.due(number, "grace")[-1] == "2024-10-16 10:00"
    told = [row.data["result"]["conclusion"] for row in triage.published("demand.completed")]
    assert told == [DONE["conclusion"], "再次处理"], "the first result stays in the record"
    triage.receive(timer_of_grace(triage, number, cycle=2))
    assert len(triage.published("demand.locked")) == 1
