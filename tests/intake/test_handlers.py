"""What intake learns from triage."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.intake.handlers import HANDLERS
from shared.messaging.envelope import Event
from shared.messaging.errors import Waiting
from tests.intake.conftest import Intake
from tests.intake.test_accept import BODY


def _event(kind: str, data: dict[str, Any]) -> Event:
    subject = f"demand/{data['demand_id']}"
    return Event("e", "triage", f"demandflow.{kind}.v1", subject, 1, 1, datetime(2024, 1, 1, tzinfo=UTC), data)


def _handle(intake: Intake, event: Event) -> None:
    with intake.database.write() as session:
        HANDLERS[event.name](session, event, None)


def test_a_channel_sees_status_and_department_of_its_demand(intake: Intake) -> None:
    created = intake.post(BODY).json
    assert created is not None
    status = {"category": "pending", "label": "待处理", "resolution": None}
    facts = {"demand_id": created["id"], "status": status}
    _handle(intake, _event("demand.triaged", {**facts, "route": {"lead": "SUP", "joining": []}}))
    status["category"] = "in_progress"
    _handle(intake, _event("demand.accepted", {**facts, "department": "PRD"}))
    shown = intake.get(f"/api/v1/demands/{created['id']}").json
    assert shown is not None
    assert (shown["status"], shown["department"]) == ("in_progress", "PRD")


def test_a_channel_sees_who_has_its_demand_after_a_decline(intake: Intake) -> None:
    created = intake.post(BODY).json
    assert created is not None
    facts = {"demand_id": created["id"], "number": created["number"]}
    _handle(intake, _event("demand.routed", {**facts, "route": {"lead": "CSR", "joining": []}, "declined_by": "SUP"}))
    shown = intake.get(f"/api/v1/demands/{created['id']}").json
    assert shown is not None
    assert (shown["status"], shown["department"]) == ("pending", "CSR")


def test_an_unknown_demand_waits(intake: Intake) -> None:
    facts = {"demand_id": "none", "status": {"category": "pending"}, "department": "SUP"}
    with pytest.raises(Waiting):
        _handle(intake, _event("demand.accepted", facts))
