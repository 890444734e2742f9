"""What intake learns from triage."""

import pytest

from services.intake.handlers import HANDLERS
from shared.contracts.from_triage import PUBLISHED
from shared.messaging.errors import Waiting
from shared.versions import handlers as versions
from tests.intake.conftest import Intake, status
from tests.intake.test_accept import BODY

RESULT = {"conclusion": "承运商已催，预计明日送达", "next_step": None, "notes": None}


def _shown(intake: Intake, key: str) -> dict[str, object]:
    answer = intake.get(f"/api/v1/demands/{key}").json
    assert answer is not None
    return answer


def _created(intake: Intake) -> str:
    answer = intake.post(BODY).json
    assert answer is not None
    return str(answer["id"])


def test_a_channel_sees_status_and_department_of_its_demand(intake: Intake) -> None:
    demand = _created(intake)
    route = {"lead": "SUP", "joining": []}
    for kind, more, seen in (
        ("demand.triaged", {"route": route}, ("pending", "SUP")),
        ("demand.accepted", {"department": "PRD", "status": status("in_progress")}, ("in_progress", "PRD")),
        ("demand.routed", {"route": {"lead": "CSR", "joining": ["PRD"]}}, ("pending", "CSR")),
        ("demand.transferred", {"route": {"lead": "TEC", "joining": []}}, ("pending", "TEC")),
        ("demand.classified", {"route": {"lead": "BIZ", "joining": []}}, ("pending", "BIZ")),
        ("demand.assigned", {"department": "OPS", "status": status("in_progress")}, ("in_progress", "OPS")),
        ("demand.planned", {"status": status("in_progress")}, ("in_progress", "OPS")),
    ):
        intake.hears(kind, demand, **more)
        shown = _shown(intake, demand)
        assert (shown["status"], shown["department"]) == seen, kind


def test_a_channel_sees_what_is_asked_for(intake: Intake) -> None:
    demand = _created(intake)
    asked = {"missing": ["fields.contract_number"], "vague": [], "text": "请补充合同号", "at": "2024-10-08T07:00:00Z"}
    intake.hears("supplement.requested", demand, status=status("waiting"), **asked)
    shown = _shown(intake, demand)
    assert (shown["status"], shown["asked_for"]) == ("waiting", asked)


def test_a_channel_sees_the_result_of_the_present_cycle(intake: Intake) -> None:
    demand = _created(intake)
    done = {"status": status("completed", "done"), "result": RESULT, "at": "2024-10-08T07:00:00Z"}
    intake.hears("demand.completed", demand, cycle=1, **done)
    shown = _shown(intake, demand)
    assert (shown["status"], shown["resolution"], shown["result"], shown["asked_for"]) == (
        "completed", "done", RESULT, None
    )  # fmt: skip
    intake.hears("cycle.started", demand, cycle=2, status=status("in_progress"))
    shown = _shown(intake, demand)
    assert (shown["status"], shown["cycle"], shown["result"]) == ("in_progress", 2, None)
    intake.hears("demand.completed", demand, cycle=2, **done)
    intake.hears("demand.closed", demand, cycle=2, status=status("closed", "done"))
    shown = _shown(intake, demand)
    assert (shown["status"], shown["cycle"], shown["result"]) == ("closed", 2, RESULT)


def test_an_unknown_demand_waits(intake: Intake) -> None:
    with pytest.raises(Waiting):
        intake.hears("demand.accepted", "none", department="SUP")
    with pytest.raises(Waiting):
        intake.hears("supplement.requested", "none", missing=[], vague=[], text=None, at="2024-10-08T07:00:00Z")
    with pytest.raises(Waiting):
        intake.hears("demand.completed", "none", cycle=1, result=RESULT)


def test_whatever_says_a_status_moves_the_demand() -> None:
    says = {f"{kind}.v1" for kind, shape in PUBLISHED.items() if "status" in shape().fields and "by" in shape().fields}
    assert says | {"demand.triaged.v1"} == set(HANDLERS) - set(versions.HANDLERS)
