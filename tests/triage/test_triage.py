"""The first decision about a demand."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete

from services.triage.domain.deadlines import deadline_id
from services.triage.tables import Case, Department, Work
from shared.clock import format_time
from shared.messaging.tables import cursors, held, parked
from tests.triage.conftest import COMPLAINT, INQUIRY, RECEIVED_AT, SUGGESTION, Triage, local, received


@pytest.mark.parametrize(
    ("text", "type_code", "priority", "lead", "due"),
    [
        (INQUIRY, "inquiry", "mid", "SUP", "2024-10-09 14:30"),
        (COMPLAINT, "complaint", "high", "CSR", "2024-10-08 18:30"),
        (SUGGESTION, "suggestion", "low", "PRD", "2024-10-11 14:30"),
    ],
)
def test_the_worked_rows_of_c(triage: Triage, text: str, type_code: str, priority: str, lead: str, due: str) -> None:
    event = received(text)
    triage.receive(event)
    (row,) = triage.published("demand.triaged")
    assert (row.subject, row.version, row.routing_key) == (event.subject, 1, "triage.demand.triaged.v1")
    data = row.data
    assert (data["type"]["code"], data["priority"]["code"], data["route"]["lead"]) == (type_code, priority, lead)
    assert data["status"] == {"code": "pending", "category": "pending", "label": "待处理", "resolution": None}
    first = next(one for one in data["deadlines"] if one["kind"] == "first_response")
    assert first["due_at"] == format_time(local(due))
    assert first["id"] == f"{data['demand_id']}/first_response/1/1"
    assert {one["provisional"] for one in data["deadlines"]} == {False}
    assert row.causation_id == event.id


def test_a_declared_type_and_urgency_count_and_are_told_as_reasons(triage: Triage) -> None:
    number = triage.demand(INQUIRY, type="change", urgency="high")
    shown = triage.call("GET", f"/demands/{number}").json
    assert shown is not None
    assert (shown["type"]["code"], shown["type"]["label"], shown["priority"]["rank"]) == ("change", "变更", 1)
    assert shown["reasons"]["type"] == ["declared"]
    assert (shown["reasons"]["priority"], shown["reasons"]["route"]) == (["rule:C-high-urgency"], "type:change")


def test_the_subject_is_read_as_well(triage: Triage) -> None:
    number = triage.demand("如下所述的情况已经很久了", subject="投诉")
    assert triage.call("GET", f"/demands/{number}").json["type"]["code"] == "complaint"  # type: ignore[index]


@pytest.mark.parametrize(("promised", "kept"), [(72, 24), (4, 4), (None, None)])
def test_a_promise_is_only_ever_tightened(triage: Triage, promised: int | None, kept: int | None) -> None:
    def moment(hours: int | None) -> str | None:
        return None if hours is None else format_time(RECEIVED_AT + timedelta(hours=hours))

    triage.demand(INQUIRY, first_response_by=moment(promised))
    assert triage.published("demand.triaged")[0].data["first_response_by"] == moment(kept)


def test_work_goes_to_the_workbench_unless_the_department_has_a_queue(triage: Triage) -> None:
    triage.demand(INQUIRY)
    assert triage.published("work.offered") == []
    triage.department("SUP", "queue")
    number = triage.demand(INQUIRY)
    (offered,) = triage.published("work.offered")
    assert (offered.exchange, offered.routing_key, offered.version) == ("demandflow.departments", "SUP", 1)
    assert offered.subject == f"work/SUP/{offered.data['demand_id']}"
    assert (offered.data["number"], offered.data["description"]) == (number, INQUIRY)
    assert sorted((row.department, row.state, row.delivery) for row in triage.rows(Work)) == [
        ("SUP", "offered", "queue"),
        ("SUP", "offered", "workbench"),
    ]


def test_a_lead_that_nobody_registered_works_at_the_workbench(triage: Triage) -> None:
    with triage.database.write() as session:
        session.execute(delete(Department))
    triage.demand(INQUIRY)
    assert [row.delivery for row in triage.rows(Work)] == ["workbench"]


@pytest.mark.parametrize("change", [{"version": "9"}, {"code": "Z"}, {"sha256": "f" * 64}])
def test_a_policy_that_has_not_arrived_is_waited_for(triage: Triage, change: dict[str, str]) -> None:
    event = received()
    pin = {**event.data["policy"], **change}
    triage.receive(replace(event, data={**event.data, "policy": pin}))
    (waiting,) = triage.rows(held)
    assert waiting.reason == f"waiting:policy/{pin['code']}/{pin['version']}"
    assert triage.rows(Case) == [] and triage.published("demand.triaged") == []


def test_the_same_event_again_changes_nothing(triage: Triage) -> None:
    event = received()
    triage.receive(event, event)
    assert len(triage.rows(Case)) == 1 and len(triage.published("demand.triaged")) == 1


def test_what_intake_may_add_about_a_customer_does_not_leave(triage: Triage) -> None:
    triage.department("SUP", "queue")
    event = received()
    customer: dict[str, Any] = {**event.data["customer"], "shoe_size": 43}
    triage.receive(replace(event, data={**event.data, "customer": customer, "news": 1}))
    assert triage.published("work.offered")[0].data["customer"] == event.data["customer"]


def test_a_deadlines_id_fits_its_column() -> None:
    demand_id = "0" * 36
    long, other = (deadline_id(demand_id, code * 80, 1, 1) for code in "ab")
    assert max(len(long), len(other)) <= 100 and long != other


def test_events_that_triage_does_not_need_only_move_the_cursor(triage: Triage) -> None:
    event = received()
    triage.receive(event)
    triage.receive(replace(event, id="x", type="demandflow.feedback.received.v1", version=2, data={}))
    assert triage.rows(held) == [] and triage.rows(parked) == []
    assert [row.version for row in triage.rows(cursors)] == [2]


def test_what_nobody_can_decide_goes_to_the_desk_with_a_clock_of_its_own(triage: Triage) -> None:
    number = triage.demand("天气不错")
    shown = triage.shown(number)
    assert (shown["type"], shown["lead"], shown["reasons"]["type"]) == (None, "CSR", ["none"])
    assert triage.due(number, "sorting") == ["2024-10-09 09:30"]  # four working hours from 14:30
    triage.at("2024-10-08 16:00")
    triage.act(number, "classify", type="change")
    shown = triage.shown(number)
    assert (shown["type"]["code"], shown["lead"]) == ("change", "BIZ")
    sorting = next(one for one in shown["deadlines"] if one["code"] == "sorting")
    assert sorting["met_at"] == format_time(local("2024-10-08 16:00"))
    assert [(row.department, row.state) for row in sorted(triage.rows(Work), key=lambda one: one.department)] == [
        ("BIZ", "offered"),
        ("CSR", "withdrawn"),
    ]
