"""The weekly meeting: whose agenda, when it is called, and what becomes of it; and what is to be chased today."""

from collections.abc import Callable
from typing import Any

import pytest

from services.triage.domain.meetings import called_at, due_at, to_call, week_of
from services.triage.jobs.call_meetings import call_meetings, waiting
from services.triage.usecases.case_file import Books
from shared.calendars.loader import installed as calendars
from shared.policies.loader import installed as policies
from shared.policies.meetings import Meeting
from shared.policies.parts import Text
from shared.versions.books import CalendarBook, PolicyBook
from tests.triage.conftest import JUDGED, Triage, local, timer

WEEKLY = Meeting("weekly", Text("周会", "Weekly"), "mon", "09:30", ("joint", "delayed", "blocked"))
CN = calendars().effective(policies().pinned("A", "1").calendar)


@pytest.mark.parametrize(
    ("now", "called", "ends"),
    [
        ("2024-10-15 12:00", "2024-10-14 09:30", "2024-10-18 18:00"),
        ("2024-10-08 12:00", "2024-10-08 09:00", "2024-10-12 18:00"),  # Monday is a holiday, Saturday is worked
        ("2024-09-25 12:00", "2024-09-23 09:30", "2024-09-29 18:00"),  # Sunday is worked
        ("2024-10-02 12:00", "2024-09-30 09:30", "2024-09-30 18:00"),  # only Monday is worked
    ],
)
def test_a_week_has_one_moment_to_call_and_one_to_be_held_by(now: str, called: str, ends: str) -> None:
    week = week_of(CN, local(now))
    assert called_at(WEEKLY, CN, week) == local(called)
    assert due_at(CN, week) == local(ends)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2024-10-14 09:29", False),
        ("2024-10-14 09:30", True),
        ("2024-10-17 03:00", True),  # the worker was down until now
        ("2024-10-18 18:00", False),
        ("2024-10-01 10:00", False),  # the week's only working day is over
    ],
)
def test_it_is_called_from_its_moment_on_while_it_can_still_be_held(now: str, due: bool) -> None:
    assert (to_call(WEEKLY, CN, local(now)) is not None) is due


@pytest.fixture
def triage(make_triage: Callable[[str], Triage], database_url: str) -> Triage:
    return make_triage(database_url)


def _work(triage: Triage) -> int:
    return call_meetings(triage.database, Books(PolicyBook(triage.database), CalendarBook(triage.database)))


def _read(triage: Triage, path: str, role: str = "manager") -> Any:
    answer = triage.call("GET", path, triage.token(role))
    assert answer.status_code == 200, answer.json
    return answer.json


def _joint(triage: Triage) -> str:
    number = triage.demand("希望系统能增加新的报表功能", policy="A", type="suggestion", urgency="normal")
    assert triage.shown(number)["joining"], "several departments work on a suggestion under A"
    return number


def test_the_agenda_holds_what_is_joint_or_overdue_and_nothing_else(triage: Triage) -> None:
    joint = _joint(triage)
    quiet = triage.demand("想咨询产品功能怎么使用", policy="A", type="inquiry", urgency="normal")
    late = triage.demand("配送一直不到，投诉", policy="A", type="complaint", urgency="urgent")
    triage.receive(timer(triage, late, at=triage.at("2024-10-09 14:31")))
    items = _read(triage, "/agenda?policy=A")["items"]
    assert {one["number"]: one["why"] for one in items} == {joint: ["joint"], late: ["delayed"]}
    assert quiet not in {one["number"] for one in items}
    triage.act(late, "accept")
    triage.act(late, "complete", conclusion="已送达")
    assert {one["number"] for one in _read(triage, "/agenda?policy=A")["items"]} == {joint}


def test_a_meeting_is_called_once_with_its_agenda_and_held(triage: Triage) -> None:
    number = _joint(triage)
    triage.at("2024-10-14 09:29")
    assert _work(triage) == 0
    triage.at("2024-10-14 09:30")
    assert _work(triage) > 0
    assert _work(triage) == 0, "once"
    (meeting,) = _read(triage, "/meetings?policy=A")["items"]
    assert (meeting["id"], meeting["state"], meeting["due_at"]) == (
        "A/weekly/2024-W42",
        "called",
        "2024-10-18T10:00:00Z",
    )
    assert [one["number"] for one in meeting["items"]] == [number]
    (called,) = triage.published("meeting.called")
    assert (called.subject, called.data["items"][0]["number"]) == ("period/A/2024-W42", number)
    triage.at("2024-10-15 11:00")
    path = "/meetings/A/weekly/2024-W42/held"
    token = triage.token("lead")
    stray = {"held_at": "2024-10-15T10:00:00+08:00", "decisions": [{"number": "XRQ1", "text": "无关"}]}
    assert triage.call("POST", path, token, json=stray).json["errors"][0]["code"] == "not-on-agenda"
    for moment, code in (
        ("2024-10-15T12:00:00+08:00", "held-in-future"),
        ("2024-10-14T09:00:00+08:00", "held-before-called"),
    ):
        answer = triage.call("POST", path, token, json={"held_at": moment})
        assert (answer.status_code, answer.json["errors"][0]["code"]) == (422, code)
    body = {
        "held_at": "2024-10-15T10:00:00+08:00",
        "decisions": [{"number": number, "text": "产品部本周定稿，电话 13800138000"}],
    }
    held = triage.call("POST", path, token, json=body)
    assert held.status_code == 200 and held.json["state"] == "held"
    assert "13800138000" not in str(held.json), "what is decided leaves in an event"
    again = triage.call("POST", path, token, json=body)
    assert (again.status_code, again.json["code"]) == (409, "meeting-held")
    triage.at("2024-10-18 18:00")
    _work(triage)
    assert not triage.published("meeting.missed")


def test_a_meeting_that_nobody_held_is_missed_and_may_still_be_recorded_late(triage: Triage) -> None:
    _joint(triage)
    triage.at("2024-10-14 10:00")
    _work(triage)
    triage.at("2024-10-18 18:00")
    assert waiting(triage.database, Books(PolicyBook(triage.database), CalendarBook(triage.database))) == 1
    assert _work(triage) == 1
    (missed,) = triage.published("meeting.missed")
    assert missed.data["meeting_id"] == "A/weekly/2024-W42"
    assert _read(triage, "/meetings?state=missed")["items"][0]["state"] == "missed"
    body = {"held_at": "2024-10-18T17:00:00+08:00"}
    assert triage.call("POST", "/meetings/A/weekly/2024-W42/held", triage.token("lead"), json=body).status_code == 200


def test_a_week_without_anything_to_talk_about_needs_no_meeting(triage: Triage) -> None:
    triage.at("2024-10-14 10:00")
    _work(triage)
    assert {one["state"] for one in _read(triage, "/meetings")["items"]} == {"idle"}
    assert not triage.published("meeting.called")
    triage.at("2024-10-18 19:00")
    assert _work(triage) == 0
    answer = triage.call(
        "POST", "/meetings/A/weekly/2024-W42/held", triage.token("lead"), json={"held_at": "2024-10-15T10:00:00+08:00"}
    )
    assert (answer.status_code, answer.json["code"]) == (409, "nothing-on-agenda")


def test_who_may_not_and_what_is_not_there(triage: Triage) -> None:
    body = {"held_at": "2024-10-15T10:00:00+08:00"}
    assert triage.call("POST", "/meetings/A/weekly/2024-W42/held", triage.token("staff"), json=body).status_code == 403
    assert triage.call("POST", "/meetings/A/weekly/2024-W42/held", triage.token("lead"), json=body).status_code == 404
    assert triage.call("GET", "/meetings/A/weekly/2024-W42", triage.token("lead")).status_code == 404
    assert triage.call("GET", "/agenda?policy=C", triage.token("lead")).json["code"] == "no-meeting"
    assert triage.call("GET", "/agenda?policy=Z", triage.token("lead")).status_code == 422


def test_what_was_missed_of_a_recurring_clock_is_over_once_it_runs_anew(triage: Triage) -> None:
    number = triage.demand("设备接口无法联调，需要技术支持", policy="B", type="tech_inquiry", urgency="urgent")
    triage.act(number, "accept")
    triage.act(number, "evaluate", verdict="feasible", text="可行", **JUDGED)
    triage.act(number, "plan", text="远程联调", expected_finish="2024-10-09T14:00:00+08:00")
    triage.receive(timer(triage, number, at=triage.at("2024-10-09 14:31"), clock="daily_progress"))
    triage.act(number, "progress", text="联调中")
    triage.at("2024-10-10 09:30")
    waiting = [(one["clock"]["code"], one["due_at"]) for one in _read(triage, "/chase?policy=B")["items"]]
    assert [code for code, _ in waiting].count("daily_progress") <= 1
    assert ("daily_progress", "2024-10-09T06:30:00Z") not in waiting


def test_the_chase_list_has_what_is_over_and_what_is_due_today(triage: Triage) -> None:
    over = triage.demand("配送一直不到，投诉", policy="A", type="complaint", urgency="urgent")
    later = triage.demand("希望系统能增加新的报表功能", policy="A", type="suggestion", urgency="low")
    triage.at("2024-10-09 14:31")
    rows = _read(triage, "/chase")["items"]
    assert {(one["number"], one["clock"]["code"], one["overdue"]) for one in rows} == {
        (over, "first_response", True), (over, "acceptance", True), (later, "acceptance", True),
    }  # fmt: skip
    rows = _read(triage, "/chase?until=2024-10-20T00:00:00Z&policy=A")["items"]
    assert {one["number"] for one in rows} == {over, later}
    assert rows == sorted(rows, key=lambda one: one["due_at"])
    page = triage.call("GET", "/chase?limit=1&until=2024-10-20T00:00:00Z", triage.token("manager"))
    following = page.headers["Link"].split(";")[0].strip("<>").partition("/api/v1")[2]
    assert _read(triage, following)["items"] == rows[1:2]
    lead = triage.shown(over)["lead"]
    triage.department(lead)
    triage.department("BIZ")
    own = triage.call("GET", "/chase", triage.keys[lead])
    other = triage.call("GET", "/chase", triage.keys["BIZ"])
    assert {one["number"] for one in own.json["items"]} == {over} and other.json["items"] == []
