"""A deadline is breached once, by a timer that fits, and never when it was met."""

from dataclasses import replace
from datetime import timedelta

from services.triage.child_tables import Deadline
from services.triage.tables import Case
from shared.clock import format_time
from shared.messaging.tables import parked
from tests.triage.conftest import RECEIVED_AT, Triage, local, timer

LATE = local("2024-10-09 14:30:01")


def test_a_timer_breaches_once(triage: Triage) -> None:
    number = triage.demand()
    triage.receive(timer(triage, number, at=LATE), timer(triage, number, at=LATE + timedelta(hours=1), version=2))
    (row,) = triage.published("deadline.breached")
    assert (row.version, row.data["kind"], row.data["breached_at"]) == (2, "first_response", format_time(LATE))
    assert triage.rows(Case)[0].version == 2
    assert [one.breached_at for one in triage.rows(Deadline) if one.kind == "first_response"] == [LATE]


def test_a_deadline_that_was_met_is_not_breached(triage: Triage) -> None:
    number = triage.demand()
    triage.call("POST", f"/demands/{number}/accept")
    triage.receive(timer(triage, number, at=LATE))
    assert triage.published("deadline.breached") == []
    triage.receive(timer(triage, number, at=local("2024-10-11 14:31"), clock="resolution", version=2))
    assert [row.version for row in triage.published("deadline.breached")] == [4]


def test_a_timer_that_does_not_fit_changes_nothing(triage: Triage) -> None:
    number = triage.demand()
    fitting = timer(triage, number, at=LATE)
    early = replace(fitting, time=RECEIVED_AT)
    moved = {**fitting.data, "due_at": format_time(RECEIVED_AT)}
    other = {**fitting.data, "deadline_id": "none"}
    unknown = {**fitting.data, "demand_id": "none"}
    for version, data in enumerate((moved, other, unknown), start=2):
        triage.receive(replace(early, version=1), replace(fitting, version=version, data=data))
    assert triage.published("deadline.breached") == [] and triage.rows(parked) == []


def test_a_late_answer_before_the_timer_rings_is_a_breach_too(triage: Triage) -> None:
    number = triage.demand()
    triage.at("2024-10-09 15:30")
    answer = triage.call("POST", f"/demands/{number}/accept")
    assert answer.json is not None and answer.json["version"] == 5
    breached = triage.published("deadline.breached")
    assert {row.data["code"] for row in breached} == {"first_response", "acceptance"}
    assert {row.data["due_at"] for row in breached} == {format_time(local("2024-10-09 14:30"))}


def test_a_late_answer_after_the_breach_still_counts(triage: Triage) -> None:
    number = triage.demand()
    triage.receive(timer(triage, number, at=LATE))
    answer = triage.call("POST", f"/demands/{number}/accept")
    assert answer.json is not None and answer.json["version"] == 4
    (changed,) = triage.published("deadlines.changed")
    first = next(one for one in changed.data["deadlines"] if one["kind"] == "first_response")
    assert first["breached_at"] == format_time(LATE) and first["met_at"] is not None
