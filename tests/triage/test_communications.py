"""A talk with the customer stands in the timeline; an answer with substance meets its clocks when it was given."""

from dataclasses import replace
from typing import Any

import pytest

from services.triage.domain.communications import answered_at
from services.triage.domain.deadlines import Happened, Setting, after
from services.triage.domain.facts import of_case
from services.triage.domain.records import CaseRow
from services.triage.store import cases, deadlines
from services.triage.tables import Case
from shared.calendars import loader as calendars
from shared.clock import format_time
from shared.messaging.tables import parked
from shared.policies import loader
from tests.triage.conftest import Triage, local, timer


def say(triage: Triage, number: str, when: str, *, id: str = "k-1", version: int = 1, **said: Any) -> None:
    """Let intake tell of a communication that was at a time in Shanghai."""
    data: dict[str, Any] = {
        "communication_id": id, "version": version, "occurred_at": format_time(local(when)),
        "registered_at": format_time(local("2024-10-12 12:00")), "by": "staff:u-2", "channel": "phone",
        "direction": "outbound", "words": "暴雨延误，已催承运商", "summary": None, "mood": None, "subject": None,
        "order_number": None, "product": None, "people": [], "events": [], "service_opinion": None, "wishes": None,
        "earlier_number": None, "attachments": [], "answered": True, **said,
    }  # fmt: skip
    triage.hear(number, "demand.communicated", **data)


def clock(triage: Triage, number: str, code: str = "first_response") -> dict[str, Any]:
    """The latest deadline of a clock."""
    return [one for one in triage.shown(number)["deadlines"] if one["code"] == code][-1]


def test_an_answer_meets_the_first_response_and_stands_in_the_timeline(triage: Triage) -> None:
    number = triage.demand()
    triage.at("2024-10-09 10:00")
    say(triage, number, "2024-10-09 09:50")
    assert clock(triage, number)["met_at"] == format_time(local("2024-10-09 09:50"))
    assert clock(triage, number, "resolution")["met_at"] is None
    entry = triage.shown(number)["timeline"][1]
    assert (entry["event"], entry["source"], entry["data"]["words"]) == (
        "demand.communicated", "intake", "暴雨延误，已催承运商"
    )  # fmt: skip
    assert triage.published("deadline.breached") == []


@pytest.mark.parametrize("said", [{"answered": False}, {"direction": "inbound"}])
def test_what_gives_the_customer_no_answer_meets_nothing(triage: Triage, said: dict[str, Any]) -> None:
    number = triage.demand()
    triage.at("2024-10-09 10:00")
    say(triage, number, "2024-10-09 09:50", **said)
    assert clock(triage, number)["met_at"] is None
    assert "demand.communicated" in [one["event"] for one in triage.shown(number)["timeline"]]
    assert triage.published("deadlines.changed") == []


def test_a_call_that_was_in_time_is_in_time_however_late_it_is_recorded(triage: Triage) -> None:
    number = triage.demand()
    triage.at("2024-10-12 12:00")  # due on 10-09 at 14:30, and no timer has rung
    say(triage, number, "2024-10-09 14:30")
    found = clock(triage, number)
    assert (found["met_at"], found["breached_at"]) == (format_time(local("2024-10-09 14:30")), None)
    triage.receive(timer(triage, number, at=local("2024-10-12 12:01")))
    assert triage.published("deadline.breached") == []


def test_a_call_that_was_too_late_is_told_as_late(triage: Triage) -> None:
    number = triage.demand()
    triage.at("2024-10-12 12:00")
    say(triage, number, "2024-10-09 14:31")
    (breached,) = triage.published("deadline.breached")
    assert breached.data["breached_at"] == clock(triage, number)["met_at"] == format_time(local("2024-10-09 14:31"))


def test_a_breach_that_was_told_stays_told(triage: Triage) -> None:
    number, late = triage.demand(), local("2024-10-09 14:31")
    triage.receive(timer(triage, number, at=late))
    triage.at("2024-10-12 12:00")
    say(triage, number, "2024-10-09 11:00")
    found = clock(triage, number)
    assert (found["met_at"], found["breached_at"]) == (format_time(local("2024-10-09 11:00")), format_time(late))
    assert len(triage.published("deadline.breached")) == 1


def test_an_answer_before_the_registration_counts_from_it(triage: Triage) -> None:
    number = triage.demand()
    say(triage, number, "2024-10-08 14:00")
    assert clock(triage, number)["met_at"] == format_time(local("2024-10-08 14:30"))


def case_of(triage: Triage, number: str) -> CaseRow:
    with triage.database.read() as session:
        found = cases.find(session, number)
    assert found is not None
    return found


def test_what_was_said_in_an_earlier_cycle_answers_nothing_of_this_one(triage: Triage) -> None:
    case = case_of(triage, triage.demand())
    second = replace(case, cycle=2, moments={"received": format_time(local("2024-10-10 10:00"))})
    said = {"answered": True, "direction": "outbound"}
    for at, counts in (("2024-10-10 09:59", False), ("2024-10-10 10:00", True)):
        moment = local(at)
        assert answered_at(second, {**said, "occurred_at": format_time(moment)}) == (moment if counts else None)
        assert answered_at(case, {**said, "occurred_at": format_time(moment)}) == moment


@pytest.mark.parametrize(("began", "met"), [("2024-10-09 10:00", True), ("2024-10-09 10:01", False)])
def test_a_clock_that_began_after_the_talk_is_not_met_by_it(triage: Triage, began: str, met: bool) -> None:
    case = case_of(triage, triage.demand())
    with triage.database.read() as session:
        rows = [one for one in deadlines.of_demand(session, case.id) if one.code == "first_response"]
    policy = loader.installed().pinned(case.policy, case.policy_version)
    calendar = calendars.installed().effective(policy.calendar)
    setting = Setting(policy, calendar, of_case(case), case.priority_code, case.id)
    at, now = local("2024-10-09 10:00"), local("2024-10-12 12:00")
    happened = Happened("demand.communicated", at, 1, known_at=now)
    (found,) = after(setting, [replace(rows[0], started_at=local(began))], happened)
    assert (found.met_at == at) is met


def test_a_correction_may_turn_a_talk_into_an_answer(triage: Triage) -> None:
    number = triage.demand()
    triage.at("2024-10-09 16:00")
    say(triage, number, "2024-10-09 09:50", answered=False)
    say(triage, number, "2024-10-09 09:52", version=2)
    assert clock(triage, number)["met_at"] == format_time(local("2024-10-09 09:52"))
    assert [one["data"]["version"] for one in triage.shown(number)["timeline"] if one["source"] == "intake"] == [1, 2]


def test_the_mood_is_that_of_the_latest_talk_as_it_stands(triage: Triage) -> None:
    number = triage.demand(mood="calm")

    def mood() -> Any:
        return triage.rows(Case)[0].facts["mood"]

    triage.at("2024-10-12 12:00")
    say(triage, number, "2024-10-10 09:00", id="b", mood="anxious", answered=False)
    assert mood() == "anxious"
    say(triage, number, "2024-10-09 09:00", id="a", mood="calm", answered=False)
    assert mood() == "anxious", "an earlier talk, recorded later"
    say(triage, number, "2024-10-10 09:00", id="b", version=2, mood="dissatisfied", answered=False)
    assert mood() == "dissatisfied"
    say(triage, number, "2024-10-11 09:00", id="c", answered=False)
    assert mood() == "dissatisfied", "nothing was said of it"


def test_a_closed_demand_still_hears(triage: Triage) -> None:
    number = triage.demand()
    triage.hear(number, "demand.withdrawn", reason=None, at="2024-10-08T07:00:00Z")
    say(triage, number, "2024-10-08 15:10")
    assert triage.shown(number)["status"]["category"] == "closed"
    assert triage.shown(number)["timeline"][-1]["event"] == "demand.communicated"


def test_the_department_with_tools_of_its_own_hears_of_it(triage: Triage) -> None:
    triage.department("SUP", "queue")
    number = triage.demand()
    say(triage, number, "2024-10-08 14:30")
    (told,) = triage.published("work.updated")
    assert told.data["events"] == ["demand.communicated"]
    assert next(one["met_at"] for one in told.data["deadlines"] if one["code"] == "first_response")


def test_a_file_stands_in_the_timeline_and_changes_nothing_else(triage: Triage) -> None:
    number = triage.demand()
    before = triage.shown(number)
    file = {"name": "截图.png", "label": None, "media_type": "image/png", "size": 3, "sha256": "0" * 64}
    at = format_time(local("2024-10-09 09:50"))
    triage.hear(number, "attachment.added", attachment_id="f1", reference=None, by="channel:c1", at=at, **file)
    after = triage.shown(number)
    entry = after.pop("timeline")[-1]
    assert (entry["event"], entry["source"], entry["data"]["name"]) == ("attachment.added", "intake", "截图.png")
    assert before.pop("timeline") and after == before
    assert triage.published("deadlines.changed") == [] and triage.rows(parked) == []
