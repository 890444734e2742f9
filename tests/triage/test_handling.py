"""From acceptance to the end: what may be done when, and what follows from it under each policy."""

import pytest

from services.triage.child_tables import Promise
from services.triage.tables import Case, Work
from shared.clock import format_time
from tests.triage.conftest import COMPLAINT, INQUIRY, Triage, local, timer

EXPORT = "订单系统不能批量导出带“备注”栏的 Excel，影响对账"


def _satisfied(cycle: int = 1, level: str = "satisfied") -> dict[str, object]:
    return {"cycle": cycle, "satisfaction": level, "opinion": None, "at": format_time(local("2024-10-10 10:00"))}


def test_a_plain_demand_goes_from_the_department_to_the_customers_yes(triage: Triage) -> None:
    number = triage.demand()
    for action, body in (
        ("accept", {}),
        ("plan", {"text": "先查原因", "expected_finish": "2024-10-11T10:00:00+08:00"}),
        ("progress", {"text": "承运商已回复"}),
        ("complete", {"conclusion": "暴雨延误，预计10-10送达", "next_step": "物流截图已发"}),
    ):
        triage.act(number, action, **body)
    shown = triage.shown(number)
    assert (shown["status"]["label"], shown["result"]["conclusion"]) == ("已完成", "暴雨延误，预计10-10送达")
    assert triage.refused(number, "close") == "not-confirmed"
    triage.hear(number, "demand.confirmed", **_satisfied(), signed=False)
    shown = triage.shown(number)
    assert shown["status"] == {"code": "closed", "category": "closed", "label": "已关闭", "resolution": "done"}
    told = [one["event"] for one in shown["timeline"] if not one["event"].startswith("deadline")]
    assert told == [
        "demand.triaged",
        "demand.accepted",
        "demand.planned",
        "demand.progressed",
        "demand.completed",
        "demand.confirmed",
        "demand.closed",
    ]
    waits = [one["code"] for one in shown["deadlines"] if not one["met_at"] and not one["superseded_at"]]
    assert waits == ["grace"], "a closed demand waits for nothing but the customer's second thoughts"
    assert shown["actions"] == ["correct", "dispute", "follow-up", "link", "told", "unmerge"]


@pytest.mark.parametrize(
    ("action", "body"),
    [
        ("plan", {"text": "x", "expected_finish": "2024-10-20T10:00:00+08:00"}),
        ("progress", {"text": "x"}),
        ("complete", {"conclusion": "x"}),
        ("delay", {"reason": "other", "expected_finish": "2024-10-20T10:00:00+08:00"}),
    ],
)
def test_what_nobody_accepted_cannot_be_handled(triage: Triage, action: str, body: dict[str, str]) -> None:
    number = triage.demand()
    before = triage.rows(Case)
    answer = triage.call("POST", f"/demands/{number}/{action}", json=body)
    assert (answer.status_code, answer.json["code"]) == (409, "action-not-allowed")  # type: ignore[index]
    assert "待处理" in answer.json["title"]  # type: ignore[index]
    assert triage.rows(Case) == before


def test_what_is_missing_is_asked_for_and_the_limit_stands_still(triage: Triage) -> None:
    number = triage.demand(quality={"vague": [], "missing": ["customer.industry"]})
    assert triage.due(number, "supplement") == ["2024-10-09 14:30"]
    triage.act(number, "request-supplement", text="请补充所属行业")
    shown = triage.shown(number)
    assert shown["status"]["category"] == "waiting"
    assert next(one["paused_at"] for one in shown["deadlines"] if one["code"] == "resolution")
    triage.receive(timer(triage, number, at=local("2024-10-12 09:00"), clock="resolution"))
    assert triage.published("deadline.breached") == [], "a clock that stands still is not breached"
    triage.at("2024-10-09 14:30")
    triage.hear(
        number, "demand.supplemented", supplement_id="s-1", at="2024-10-09T06:30:00Z", by="customer",
        description="制造业", fields={}, values={}, given=["customer.industry"], quality={"vague": [], "missing": []},
    )  # fmt: skip
    shown = triage.shown(number)
    assert (shown["status"]["category"], shown["quality"]["missing"]) == ("pending", [])
    assert shown["description"] == f"{INQUIRY}\n制造业"
    # Three working days from 10-08 14:30, and one working day stood still: 10-12 is a make-up Saturday.
    assert triage.due(number, "resolution") == ["2024-10-12 14:30"]


def test_a_customer_who_never_answers_is_closed_after_two_reminders_and_five_working_days(triage: Triage) -> None:
    number = triage.demand()
    triage.act(number, "accept")
    triage.act(number, "complete", conclusion="已处理")
    due = {code: triage.due(number, code) for code in ("confirmation_reminder_1", "confirmation_reminder_2")}
    assert due == {
        "confirmation_reminder_1": ["2024-10-10 14:30"],
        "confirmation_reminder_2": ["2024-10-12 14:30"],
    }
    first, second = (
        timer(triage, number, at=triage.at(due[code][0]), clock=code, version=version)
        for version, code in enumerate(due, start=1)
    )
    triage.receive(first, second)
    assert triage.published("deadline.breached") == [], "a reminder is nobody's failure"
    at = triage.at(triage.due(number, "confirmation_no_answer")[0])
    triage.receive(timer(triage, number, at=at, clock="confirmation_no_answer", version=3))
    (closed,) = triage.published("demand.closed")
    assert closed.data["status"]["resolution"] == "no_answer"
    assert format_time(at) == closed.data["at"]
    assert triage.shown(number)["status"]["category"] == "closed"


def test_c_wants_a_measure_before_closing_what_did_not_satisfy(triage: Triage) -> None:
    number = triage.demand()
    triage.act(number, "accept")
    triage.act(number, "complete", conclusion="已处理")
    triage.hear(number, "demand.disputed", **_satisfied(level="not_satisfied"))
    shown = triage.shown(number)
    assert (shown["status"]["category"], shown["cycle"], shown["satisfaction"]) == ("completed", 1, "not_satisfied")
    assert triage.refused(number, "close") == "measure-missing"
    triage.act(number, "close", measure="以后每日主动同步物流")
    assert triage.published("demand.closed")[0].data["measure"] == "以后每日主动同步物流"


def test_a_starts_a_second_cycle_with_clocks_of_its_own(triage: Triage) -> None:
    number = triage.demand(EXPORT, policy="A", type="suggestion", urgency="normal")
    triage.act(number, "assign", handler_name="王工程师")
    triage.act(number, "complete", conclusion="已处理")
    triage.at("2024-10-10 10:00")
    triage.hear(number, "demand.disputed", **_satisfied(level="no"))
    shown = triage.shown(number)
    assert (shown["status"]["category"], shown["cycle"]) == ("in_progress", 2)
    rows = [(one["cycle"], one["met_at"] is not None) for one in shown["deadlines"] if one["code"] == "handling"]
    assert rows == [(1, True), (2, False)], "the first cycle's clocks are kept"
    assert triage.due(number, "handling")[-1] == "2024-10-14 10:00"  # 3 working days, 10-12 is one of them
    triage.hear(number, "demand.confirmed", **_satisfied(level="yes"), signed=True)
    assert triage.shown(number)["cycle"] == 2, "an answer about the first cycle comes too late"
    triage.act(number, "complete", conclusion="再次处理")
    triage.hear(number, "demand.confirmed", **_satisfied(cycle=2, level="yes"), signed=True)
    assert triage.shown(number)["status"]["category"] == "closed"


def test_a_a_delay_is_in_time_up_to_two_working_days_before(triage: Triage) -> None:
    number = triage.demand(EXPORT, policy="A", type="suggestion", urgency="normal")
    triage.act(number, "assign", handler_name="王工程师")
    assert triage.due(number, "plan") == ["2024-10-09 14:30"]
    triage.act(number, "plan", text="随版本修复", expected_finish="2024-10-15T14:30:00+08:00")
    assert triage.due(number, "expected_finish") == ["2024-10-15 14:30"]
    triage.at("2024-10-12 14:30")  # the make-up Saturday is the second working day before
    triage.act(
        number, "delay", reason="技术瓶颈", expected_finish="2024-10-20T18:00:00+08:00", channel="phone",
        told_at="2024-10-12T14:30:00+08:00",
    )  # fmt: skip
    triage.at("2024-10-18 10:00")
    triage.act(number, "delay", reason="资源不足", expected_finish="2024-10-25T18:00:00+08:00", channel="phone")
    assert [row.data["late"] for row in triage.published("demand.delayed")] == [False, True]
    assert triage.due(number, "expected_finish") == ["2024-10-25 18:00"]
    ledger = triage.shown(number)["promises"]
    dates = [one["promised_for"] for one in ledger if one["kind"] == "delay"]
    assert dates == ["2024-10-20T10:00:00Z", "2024-10-25T10:00:00Z"], "every earlier promise stays visible"
    assert ledger[-1]["predecessor"] == ledger[-2]["number"]
    assert triage.refused(number, "plan", text="x", expected_finish="2024-11-01T10:00:00+08:00") == "promise-broken"
    assert triage.refused(number, "delay", reason="天气", expected_finish="2024-11-01T10:00:00+08:00") == "unknown-code"
    assert triage.refused(number, "delay", reason="other", expected_finish="2024-10-20T10:00:00+08:00") == "not-later"


def test_a_who_confirms_the_priority_names_the_handler(triage: Triage) -> None:
    login = triage.person("wang", "王工程师", "staff")
    number = triage.demand(EXPORT, policy="A", type="suggestion", urgency="low")
    triage.act(number, "accept")
    assert triage.due(number, "arrangement") == ["2024-10-15 14:30"]
    assert triage.refused(number, "confirm-priority") == "handler-missing"
    proposed = triage.shown(number)["reasons"]["proposed"]
    other = next(one for one in ("high", "mid", "low") if one != proposed)
    assert triage.refused(number, "confirm-priority", priority=other, handler=login) == "reason-missing"
    triage.act(number, "confirm-priority", priority=other, reason="战略客户", handler=login)
    shown = triage.shown(number)
    assert (shown["priority"]["code"], shown["handler"]["masked_name"]) == (other, "王*")
    assert triage.due(number, "plan") == ["2024-10-09 14:30"]
    assert "王工程师" not in str([row.data for row in triage.published()]), "full names of staff stay here"


def test_a_defect_found_at_evaluation_goes_to_the_engineers(triage: Triage) -> None:
    number = triage.demand(EXPORT, policy="A", type="inquiry", urgency="normal")
    triage.act(number, "accept")
    triage.act(number, "evaluate", verdict="feasible", text="判定为系统缺陷", finding="defect")
    shown = triage.shown(number)
    assert (shown["lead"], shown["status"]["category"]) == ("TEC", "pending")
    assert shown["joining"], "who found it stays to help"


def test_b_counts_its_stages_from_receipt_and_execution_by_priority(triage: Triage) -> None:
    number = triage.demand("设备接口无法联调，需要技术支持", policy="B", type="tech_inquiry", urgency="urgent")
    assert triage.shown(number)["status"]["label"] == "接收与初步记录"
    assert triage.due(number, "first_response") == ["2024-10-09 14:30"]
    triage.act(number, "accept")
    assert triage.shown(number)["status"]["label"] == "分析与评估"
    counts = {name: {"verdict": "yes"} for name in ("technical", "strategy", "resources")}
    triage.act(number, "evaluate", verdict="feasible", text="可行", feasibility=counts, resources={"people": 1})
    triage.act(number, "plan", text="远程联调", expected_finish="2024-10-09T12:00:00+08:00")
    assert triage.shown(number)["status"]["label"] == "处理与执行"
    assert triage.due(number, "daily_progress") == ["2024-10-09 14:30"]
    triage.at("2024-10-09 10:00")
    triage.act(number, "progress", text="已联调一半")
    assert triage.due(number, "daily_progress") == ["2024-10-09 14:30", "2024-10-10 10:00"]
    triage.act(number, "hand-over", conclusion="联调完成")
    assert triage.due(number, "feedback") == ["2024-10-09 11:00"]
    triage.at("2024-10-09 10:30")
    triage.act(number, "complete", notes="注意事项已告知")
    assert next(one["met_at"] for one in triage.shown(number)["deadlines"] if one["code"] == "feedback")


def test_d_a_rating_goes_to_review_and_a_problem_starts_handling(triage: Triage) -> None:
    rating = triage.demand("", policy="D", feedback={"kind": "rating", "text": "很好", "stars": 5})
    opinion = triage.demand("", policy="D", feedback={"kind": "opinion", "text": "希望增加夜间服务", "stars": None})
    problem = triage.demand("", policy="D", feedback={"kind": "problem", "text": "安装后漏水", "stars": None})
    assert [triage.shown(one)["track"] for one in (rating, opinion, problem)] == [
        "service_review",
        "monthly_analysis",
        "handling",
    ]
    assert triage.shown(rating)["deadlines"] == []
    assert triage.due(problem, "assignment") == ["2024-10-09 14:30"]
    triage.act(rating, "close", reason="已复盘")
    assert triage.shown(rating)["status"]["resolution"] == "done"
    assert triage.refused(problem, "close") == "not-completed"


def test_d_is_due_on_the_day_the_customer_named_else_by_urgency(triage: Triage) -> None:
    named = triage.demand("需要定制报表", policy="D", type="custom_service", expected_by="2024-10-15")
    unnamed = triage.demand("需要定制报表", policy="D", type="custom_service", urgency="high")
    assert triage.due(named, "resolution_expected") == ["2024-10-16 00:00"], "the end of that day"
    assert triage.due(unnamed, "resolution") == ["2024-10-09 14:30"]


def test_a_promise_outlives_closing_until_it_is_kept(triage: Triage) -> None:
    number = triage.demand()
    triage.act(number, "accept")
    triage.act(number, "told", text="上线时短信通知", channel="sms", promised_for="2025-01-10T18:00:00+08:00")
    triage.act(number, "complete", conclusion="列入下季度迭代")
    triage.hear(number, "demand.confirmed", **_satisfied(level="rather_satisfied"), signed=False)
    assert triage.shown(number)["status"]["category"] == "closed"
    assert triage.due(number, "promise") == ["2025-01-10 18:00"]
    made = next(one["number"] for one in triage.shown(number)["promises"] if one["kind"] == "told")
    triage.act(number, "told", text="功能已上线", channel="sms", fulfils=made)
    assert next(one["met_at"] for one in triage.shown(number)["deadlines"] if one["code"] == "promise")
    assert triage.refused(number, "told", text="再次通知", channel="sms", fulfils=made) == "promise-unknown"
    assert {row.number: row.kept_at is not None for row in triage.rows(Promise)}[made]


def test_a_transfer_keeps_the_clocks_and_tells_both_queues(triage: Triage) -> None:
    for code in ("SUP", "TEC"):
        triage.department(code, "queue")
    number = triage.demand()
    triage.act(number, "accept")
    before = triage.due(number, "resolution")
    triage.at("2024-10-09 10:00")
    triage.act(number, "transfer", department="TEC", reason="需要技术排查")
    assert triage.due(number, "resolution") == before
    assert [row.routing_key for row in triage.published("work.withdrawn")] == ["SUP"]
    offered = triage.published("work.offered")[-1]
    assert (offered.routing_key, offered.data["part"]) == ("TEC", "lead")
    assert sorted((row.department, row.state) for row in triage.rows(Work)) == [
        ("SUP", "withdrawn"),
        ("TEC", "offered"),
    ]
    assert triage.refused(number, "transfer", department="TEC", reason="x") == "same-department"
    assert triage.refused(number, "transfer", department="XYZ", reason="x") == "unknown-department"


def test_a_department_that_joins_helps_but_does_not_decide(triage: Triage) -> None:
    joins = triage.department("TEC", "queue")
    number = triage.demand("希望能增加夜间模式", policy="A", type="suggestion", urgency="normal")
    assert triage.shown(number)["joining"] == ["TEC"]
    assert triage.published("work.offered")[0].data["part"] == "joining"
    assert triage.call("GET", f"/demands/{number}", joins).status_code == 200
    assert triage.command("TEC", "complete", demand=number, conclusion="x").data["problem"]["status"] == 404
    triage.act(number, "accept")
    assert triage.command("TEC", "progress", demand=number, text="可行性已确认").type == "demandflow.work.accepted.v1"


def test_the_department_hears_through_its_queue_what_others_do(triage: Triage) -> None:
    triage.department("SUP", "queue")
    number = triage.demand()
    triage.command("SUP", "accept", demand=number)
    assert triage.published("work.updated") == [], "the answer to its own command says it already"
    triage.act(number, "confirm-priority", priority="high", reason="客户加急")
    (updated,) = triage.published("work.updated")
    assert (updated.routing_key, updated.data["events"]) == ("SUP", ["demand.prioritised"])
    assert updated.data["priority"]["code"] == "high"
    triage.command("SUP", "complete", demand=number, conclusion="已处理")
    triage.hear(number, "demand.confirmed", **_satisfied(), signed=False)
    last = triage.published("work.updated")[-1]
    assert last.data["events"] == ["demand.closed", "demand.confirmed"] and last.data["status"]["category"] == "closed"


def test_another_priority_counts_open_deadlines_anew_from_receipt(triage: Triage) -> None:
    number = triage.demand()
    triage.at("2024-10-08 16:00")
    triage.act(number, "confirm-priority", priority="high", reason="客户加急")
    assert triage.due(number, "resolution") == ["2024-10-09 14:30"]
    assert triage.due(number, "first_response") == ["2024-10-08 18:30"]


def test_the_customer_takes_it_back(triage: Triage) -> None:
    number = triage.demand(COMPLAINT)
    triage.hear(number, "demand.withdrawn", reason="已自行解决", at="2024-10-08T07:00:00Z")
    assert triage.shown(number)["status"]["resolution"] == "withdrawn"
    assert triage.refused(number, "accept") == "action-not-allowed"


def test_what_cannot_be_done_ends_as_infeasible_with_an_alternative(triage: Triage) -> None:
    number = triage.demand("希望能支持火星地址配送", policy="A", type="suggestion", urgency="normal")
    triage.act(number, "accept")
    assert triage.refused(number, "evaluate", verdict="infeasible", text="做不到") == "alternative-missing"
    triage.act(number, "evaluate", verdict="infeasible", text="做不到", alternative="可寄到最近的发射场")
    triage.act(number, "complete", conclusion="暂不支持", next_step="可寄到最近的发射场")
    assert triage.shown(number)["status"]["category"] == "completed"


def test_what_staff_write_leaves_without_personal_data(triage: Triage) -> None:
    number = triage.demand()
    triage.act(number, "accept")
    triage.act(number, "progress", text="已致电 13800005678，邮件 wang@example.com")
    text = triage.published("demand.progressed")[0].data["text"]
    assert "13800005678" not in text and "example.com" not in text and "[电话1]" in text


@pytest.mark.parametrize(
    ("action", "body", "code"),
    [
        ("plan", {"text": "x", "expected_finish": "2024-10-08T14:00:00+08:00"}, "date-passed"),
        ("plan", {"text": "x", "expected_finish": "2024-10-20"}, "type"),
        ("plan", {"text": " ", "expected_finish": "2024-10-20T10:00:00Z"}, "required"),
        ("delay", {"reason": "other", "expected_finish": "2024-10-20T10:00:00Z"}, "nothing-planned"),
        ("told", {"text": "x", "channel": "phone", "promised_for": "2024-10-01T10:00:00Z"}, "date-passed"),
        ("told", {"text": "x", "channel": "pigeon"}, "choice"),
        ("assign", {}, "handler-missing"),
        ("assign", {"handler": "nobody"}, "unknown-handler"),
        ("assign", {"handler_name": "王", "joining": ["XYZ"]}, "unknown-department"),
        ("classify", {"type": "telepathy"}, "unknown-code"),
        ("request-supplement", {}, "nothing-asked"),
        ("evaluate", {"verdict": "feasible", "text": "x", "finding": "ghost"}, "unknown-finding"),
    ],
)
def test_what_does_not_fit_is_refused_by_name_and_changes_nothing(
    triage: Triage, action: str, body: dict[str, object], code: str
) -> None:
    number = triage.demand()
    triage.act(number, "accept")
    before = (triage.rows(Case), len(triage.published()))
    assert triage.refused(number, action, **body) == code
    assert (triage.rows(Case), len(triage.published())) == before
