"""What stands in the way: counted from when it occurred, shown, escalated, and what it pauses."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.triage.tables import Case
from shared.clock import business_now, format_time
from shared.policies.loader import PACKS, load
from tests.triage.conftest import Triage, received, timer

LABEL = "希望支持面单模板按客户自动切换"


def under_b(triage: Triage) -> str:
    number = triage.demand(LABEL, policy="B", type="feature", urgency="normal")
    triage.act(number, "accept")
    return number


def listed(triage: Triage, query: str) -> list[str]:
    answer = triage.call("GET", f"/demands?{query}")
    assert answer.status_code == 200 and answer.json is not None, answer.json
    return [one["number"] for one in answer.json["items"]]


def test_b_a_blocker_is_due_two_working_hours_after_it_occurred(triage: Triage) -> None:
    number, other = under_b(triage), under_b(triage)
    triage.at("2024-10-08 16:00")
    triage.act(
        number,
        "block",
        reason="资源延迟",
        note="等打印机到货，电话 13800005678",
        occurred_at="2024-10-08T15:00:00+08:00",
    )
    assert triage.due(number, "blocker") == ["2024-10-08 17:00"], "not from its report at 16:00"
    shown = triage.shown(number)["blocked"]
    assert (shown["since"], shown["reported_at"]) == ("2024-10-08T07:00:00Z", "2024-10-08T08:00:00Z")
    assert (shown["reason"], shown["label"], "13800005678" in shown["note"]) == ("resources", "资源延迟", False)
    (told,) = triage.published("demand.blocked")
    assert (told.data["occurred_at"], told.data["at"]) == ("2024-10-08T07:00:00Z", "2024-10-08T08:00:00Z")
    assert (listed(triage, "blocked=true"), listed(triage, "blocked=false")) == ([number], sorted([number, other]))
    triage.receive(timer(triage, number, at=triage.at("2024-10-08 17:00"), clock="blocker"))
    (breached,) = triage.published("deadline.breached")
    assert breached.data["code"] == "blocker"


def test_b_what_is_gone_in_time_breaches_nothing_and_may_come_again(triage: Triage) -> None:
    number = under_b(triage)
    triage.act(number, "block", reason="technical")
    assert triage.refused(number, "block", reason="other") == "already-blocked"
    triage.at("2024-10-08 15:30")
    triage.act(number, "unblock", note="已换线")
    assert triage.shown(number)["blocked"] is None and listed(triage, "blocked=true") == []
    assert triage.refused(number, "unblock") == "not-blocked"
    triage.at("2024-10-08 16:30")
    triage.act(number, "block", reason="technical")
    assert triage.due(number, "blocker") == ["2024-10-08 16:30", "2024-10-09 09:30"]
    assert triage.published("deadline.breached") == []


def test_a_department_blocks_by_command_and_a_joining_one_does_not(triage: Triage) -> None:
    for code in ("PRD", "TEC"):
        triage.department(code, "queue")
    number = under_b(triage)
    assert triage.command("TEC", "block", demand=number, reason="technical").data["problem"]["status"] == 404
    assert triage.command("PRD", "block", demand=number, reason="technical").type == "demandflow.work.accepted.v1"
    assert triage.command("PRD", "block", demand=number, reason="x").data["problem"]["code"] == "already-blocked"
    assert triage.command("PRD", "unblock", demand=number).type == "demandflow.work.accepted.v1"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"reason": "天气"}, "unknown-code"),
        ({"reason": "technical", "occurred_at": "2024-10-08T14:31:00+08:00"}, "in-future"),
        ({"reason": "technical", "occurred_at": "2024-10-08T14:29:00+08:00"}, "before-receipt"),
        ({"reason": "technical", "occurred_at": "2024-10-08T14:30:00"}, "type"),
        ({"reason": "technical", "task": "T1"}, "unknown-task"),
        ({}, "required"),
    ],
)
def test_a_blocker_that_is_none_is_refused_and_changes_nothing(triage: Triage, body: dict[str, Any], code: str) -> None:
    number = under_b(triage)
    before = (triage.rows(Case), len(triage.published()))
    assert triage.refused(number, "block", **body) == code
    assert (triage.rows(Case), len(triage.published())) == before


def test_a_blocker_may_stop_one_task(triage: Triage) -> None:
    number = under_b(triage)
    wanted = {"title": "联调", "owner": "钱工", "starts_on": "2024-10-08", "ends_on": "2024-10-09"}
    triage.act(number, "tasks", tasks=[{**wanted, "delivery_standard": "通过"}])
    triage.act(number, "block", reason="technical", task="T1")
    assert triage.shown(number)["blocked"]["task"] == "T1"


def test_a_policy_without_reasons_knows_only_others(triage: Triage) -> None:
    number = triage.demand("需要定制报表", policy="D", type="custom_service")
    triage.act(number, "accept")
    assert triage.refused(number, "block", reason="technical") == "unknown-code"
    triage.act(number, "block", reason="other", note="等客户的样本")


def test_what_is_completed_is_blocked_no_longer(triage: Triage) -> None:
    number = under_b(triage)
    triage.act(number, "block", reason="technical")
    triage.act(number, "complete", conclusion="另找办法解决了")
    assert triage.shown(number)["blocked"] is None and listed(triage, "blocked=true") == []
    assert all(one["paused_at"] is None for one in triage.shown(number)["deadlines"])


_ASKED = "pauses: [{starts: supplement.requested, ends: demand.supplemented}]"
_BOTH = f"{_ASKED[:-1]}, {{starts: demand.blocked, ends: demand.unblocked}}]"


def under_pausing_c(triage: Triage, received_at: str) -> str:
    """A demand under version 2 of C, whose limits stand still while something stands in the way."""
    text = (PACKS / "C" / "1.yaml").read_text("utf-8").replace('version: "1"', 'version: "2"', 1)
    soon = format_time(business_now() + timedelta(hours=1))
    raw = text.replace("2000-01-01T00:00:00+08:00", soon, 1).replace(_ASKED, _BOTH).encode()
    headers = {"Content-Type": "application/yaml"}
    answer = triage.call("PUT", "/policies/C/versions/2", triage.token("manager"), data=raw, headers=headers)
    assert answer.status_code == 201, answer.json
    at = triage.at(received_at)
    event = received(received_at=format_time(at))
    pin = {"code": "C", "version": "2", "sha256": load(raw).sha256}
    triage.receive(replace(event, data={**event.data, "policy": pin}))
    number = str(event.data["number"])
    triage.act(number, "accept")
    return number


def paused(triage: Triage, number: str, code: str = "resolution") -> bool:
    return next(one["paused_at"] for one in triage.shown(number)["deadlines"] if one["code"] == code) is not None


def supplemented(triage: Triage, number: str) -> None:
    triage.hear(
        number, "demand.supplemented", supplement_id="s-1", at="2024-10-18T06:30:00Z", by="customer",
        description="单号见附", fields={}, values={}, given=[], quality={"vague": [], "missing": []},
    )  # fmt: skip


def test_a_limit_that_stood_still_over_a_weekend_gains_working_time_only(triage: Triage) -> None:
    number = under_pausing_c(triage, "2024-10-17 10:00")
    assert triage.due(number, "resolution") == ["2024-10-22 10:00"]
    triage.at("2024-10-18 17:00")
    triage.act(number, "block", reason="technical")
    assert paused(triage, number)
    triage.at("2024-10-21 10:00")
    triage.act(number, "unblock")
    assert not paused(triage, number)
    assert triage.due(number, "resolution") == ["2024-10-22 12:00"]  # an hour on Friday, an hour on Monday


def test_what_stood_still_is_kept_when_the_priority_changes(triage: Triage) -> None:
    number = under_pausing_c(triage, "2024-10-17 10:00")
    triage.at("2024-10-18 17:00")
    triage.act(number, "block", reason="technical")
    triage.act(number, "confirm-priority", priority="low", reason="可等")
    assert paused(triage, number), "it still stands still"
    triage.at("2024-10-21 10:00")
    triage.act(number, "unblock")
    triage.act(number, "confirm-priority", priority="mid", reason="催了")
    assert triage.due(number, "resolution") == ["2024-10-22 12:00"]


def test_two_reasons_to_stand_still_end_one_by_one(triage: Triage) -> None:
    number = under_pausing_c(triage, "2024-10-17 10:00")
    triage.at("2024-10-18 10:00")
    triage.act(number, "request-supplement", text="请补充单号")
    triage.at("2024-10-18 11:00")
    triage.act(number, "block", reason="technical")
    triage.at("2024-10-18 14:00")
    supplemented(triage, number)
    assert paused(triage, number), "the customer has answered, but something stands in the way"
    triage.at("2024-10-18 16:00")
    triage.act(number, "unblock")
    assert not paused(triage, number)
    assert triage.due(number, "resolution") == ["2024-10-22 16:00"]  # from 10:00 to 16:00, once


def test_under_released_policies_no_limit_waits_for_a_blocker(triage: Triage) -> None:
    number = under_b(triage)
    triage.act(number, "block", reason="technical")
    assert [one["paused_at"] for one in triage.shown(number)["deadlines"] if one["paused_at"]] == []
