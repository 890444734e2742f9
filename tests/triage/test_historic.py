"""Demands of the past: they stand as their rows say, no clock of the past runs, and people may go on with them."""

from typing import Any

import pytest
from sqlalchemy import select

from services.triage.child_tables import Deadline
from services.triage.store import work
from services.triage.tables import Case, Work
from shared.messaging.tables import outbox
from tests.triage.conftest import COMPLAINT, INQUIRY, Triage, received

OWN = {
    "status": "in_progress", "owner": "李*", "limit": "2023-10-10", "result": "接口不兼容，延到10-11，已道歉说明",
    "satisfaction": None, "priority": None, "channel": "phone", "note": "每天同步进度",
}  # fmt: skip
AT = "2023-10-09T01:15:00Z"


def past(triage: Triage, text: str = COMPLAINT, kind: str | None = "complaint", policy: str = "C", **own: Any) -> str:
    """A triaged row of the past; returns its number."""
    said = {**OWN, **own}
    return triage.demand(
        text, policy=policy, type=kind, channel_kind="import", received_at=AT, first_response_by=None, historic=said
    )


def test_it_stands_as_its_row_says(triage: Triage) -> None:
    shown = triage.shown(past(triage))
    assert shown["status"] == {
        "code": "in_progress", "category": "in_progress", "label": "处理中", "resolution": None
    }  # fmt: skip
    assert shown["handler"] == {"staff_id": None, "masked_name": "李*"}
    assert (shown["type"]["label"], shown["lead"], shown["received_at"]) == ("投诉", "CSR", AT)
    assert shown["historic"]["limit"] == "2023-10-10"
    assert shown["result"]["conclusion"] == OWN["result"]
    assert shown["reasons"]["priority"] == shown["reasons"]["type"] == ["historic"]
    assert (shown["deadlines"], shown["promises"], shown["first_response_by"]) == ([], [], None)


@pytest.mark.parametrize(
    ("own", "category", "satisfaction", "work_state"),
    [
        ({"status": "completed", "satisfaction": "satisfied"}, "completed", "satisfied", "accepted"),
        ({"status": "closed", "satisfaction": "rather_satisfied"}, "closed", "rather_satisfied", "accepted"),
        ({"status": "pending", "owner": None, "result": None}, "pending", None, "offered"),
    ],
)
def test_whatever_its_status_it_lies_on_its_departments_workbench(
    triage: Triage, own: dict[str, Any], category: str, satisfaction: str | None, work_state: str
) -> None:
    triage.department("CSR", "queue")
    number = past(triage, **own)
    shown = triage.shown(number)
    assert (shown["status"]["category"], shown["satisfaction"]) == (category, satisfaction)
    assert [(one.department, one.delivery, one.state) for one in triage.rows(Work)] == [
        ("CSR", "workbench", work_state)
    ]
    with triage.database.read() as session:
        assert work.placed(session) == {shown["id"]: ("CSR", "workbench")}
    assert triage.published("work.offered") == [], "no tool gets what is over"


def test_what_triage_tells_of_it_has_no_deadline_and_no_priority_of_ours(triage: Triage) -> None:
    past(triage)
    past(triage, priority="high")
    blank, high = (row.data for row in triage.published("demand.triaged"))
    assert (blank["priority"], high["priority"]) == (None, {"rank": 1, "code": "high", "label": "高"})
    assert (blank["deadlines"], blank["first_response_by"]) == ([], None)
    assert triage.rows(Deadline) == []


def test_a_blank_type_stays_blank(triage: Triage) -> None:
    shown = triage.shown(past(triage, INQUIRY, None))
    assert (shown["type"], shown["lead"]) == (None, "CSR")


def test_people_go_on_with_it_and_no_clock_of_the_policy_begins(triage: Triage) -> None:
    number = past(triage)
    triage.act(number, "confirm-priority", priority="high", reason="业务受影响")
    triage.act(number, "progress", text="接口已修复")
    triage.act(number, "request-supplement", text="请提供截图")
    triage.hear(
        number, "demand.supplemented", supplement_id="s", at=AT, by="staff:u-1", description="截图已发", fields={},
        values={}, given=["description"], quality={"vague": [], "missing": []},
    )  # fmt: skip
    triage.act(number, "complete", conclusion="接口已修复，恢复正常")
    assert triage.shown(number)["deadlines"] == []
    answered = {"cycle": 1, "satisfaction": "satisfied", "opinion": None, "at": AT, "signed": False}
    triage.hear(number, "demand.confirmed", **answered)
    shown = triage.shown(number)
    assert (shown["status"]["category"], shown["status"]["resolution"]) == ("closed", "done")
    assert (shown["deadlines"], shown["historic"]["limit"]) == ([], "2023-10-10")
    assert [row.type for row in triage.rows(outbox) if "deadline" in row.type] == []


def test_plans_under_a_policy_that_times_them_begin_no_clock_either(triage: Triage) -> None:
    number = past(triage, policy="A", kind="suggestion", status="in_progress", channel=None)
    triage.act(number, "assign", handler_name="赵小明")
    triage.act(number, "plan", text="随版本修复", expected_finish="2024-10-20T10:00:00Z")
    assert triage.shown(number)["deadlines"] == []


def test_a_promise_made_from_now_on_counts_even_after_closing(triage: Triage) -> None:
    number = past(triage, status="closed", kind="suggestion")
    triage.act(number, "told", by="staff", channel="phone", text="上线时短信通知", promised_for="2024-12-31T10:00:00Z")
    assert [one["code"] for one in triage.shown(number)["deadlines"]] == ["promise"]


def test_it_is_found_but_never_overdue(triage: Triage) -> None:
    number = past(triage)
    triage.at("2026-01-05 09:00")
    answer = triage.call("GET", "/demands?overdue=true").json
    assert answer is not None and answer["items"] == []
    answer = triage.call("GET", "/demands?status=in_progress").json
    assert answer is not None and [one["number"] for one in answer["items"]] == [number]


def test_all_that_the_row_said_is_kept_and_a_demand_of_now_says_nothing_of_the_kind(triage: Triage) -> None:
    number = past(triage)
    with triage.database.read() as session:
        kept = session.execute(select(Case.historic).where(Case.number == number)).scalar_one()
    assert kept == OWN
    triage.receive(received())
    assert [row.historic for row in triage.rows(Case)].count(None) == 1
