"""Who confirms a priority, how a committee decides, and what happens when the facts change afterwards."""

from typing import Any

import pytest

from shared.ids import new_id
from shared.messaging.envelope import Event
from tests.triage.conftest import RECEIVED_AT, Triage
from tests.triage.people import away, hire, token_of

TEXT = "建议订单模块支持批量导出 Excel"
COMMITTEE = {"policy_roles": ("A.committee",)}


def suggestion(triage: Triage, **changes: Any) -> str:
    """A demand under policy A that 产品部 leads; its priority is proposed as mid."""
    return triage.demand(TEXT, policy="A", type="suggestion", urgency="normal", **changes)


def confirm(triage: Triage, number: str, by: str, **body: Any) -> tuple[int, str]:
    """(status, the code of the problem or the demand's priority) after somebody confirms."""
    answer = triage.call("POST", f"/demands/{number}/confirm-priority", token_of(triage, by), json=body)
    assert answer.json is not None
    if answer.status_code != 200:
        return answer.status_code, str(answer.json["code"])
    return 200, str(triage.shown(number)["priority"]["code"])


@pytest.fixture
def people(triage: Triage) -> Triage:
    """产品部 with a lead and a handler, a committee of three, another lead, a manager."""
    for login, role, department, more in (
        ("lead", "lead", "PRD", {}), ("chen", "staff", "PRD", {}), ("other", "lead", "TEC", {}),
        ("one", "staff", None, COMMITTEE), ("two", "staff", None, COMMITTEE), ("three", "staff", None, COMMITTEE),
        ("boss", "manager", None, {}),
    ):  # fmt: skip
        hire(triage, login, role, department=department, **more)
    return triage


RAISED = {"priority": "high", "reason": "战略客户", "handler": "chen"}


def test_the_lead_of_the_department_confirms_alone(people: Triage) -> None:
    number = suggestion(people)
    assert confirm(people, number, "lead", **RAISED) == (200, "high")
    assert people.shown(number)["handler"]["masked_name"] == "赵*"


def test_the_committee_confirms_when_two_of_it_say_the_same(people: Triage) -> None:
    number = suggestion(people)
    assert confirm(people, number, "one", **RAISED) == (200, "mid")
    assert confirm(people, number, "one", **RAISED) == (200, "mid"), "one person's voice counts once"
    assert confirm(people, number, "two", priority="low", reason="不急", handler="chen") == (200, "mid")
    shown = people.shown(number)
    assert [one["priority"] for one in shown["reasons"]["votes"]] == ["high", "low"]
    assert shown["status"]["category"] == "pending" and shown["handler"] is None
    assert confirm(people, number, "three", **RAISED) == (200, "high")
    shown = people.shown(number)
    assert "votes" not in shown["reasons"] and shown["handler"] is not None
    assert [one["event"] for one in shown["timeline"]].count("demand.voted") == 3
    assert len(people.published("demand.prioritised")) == 1


def test_members_who_are_away_are_not_waited_for(people: Triage) -> None:
    number = suggestion(people)
    away(people, "two")
    away(people, "three")
    assert confirm(people, number, "two", **RAISED) == (403, "may-not-confirm"), "who is away does not vote"
    assert confirm(people, number, "one", **RAISED) == (200, "high")


def test_a_manager_confirms_only_where_neither_lead_nor_committee_is_here(people: Triage) -> None:
    number = suggestion(people)
    assert confirm(people, number, "boss", **RAISED) == (403, "may-not-confirm")
    for login in ("one", "two", "three"):
        away(people, login)
    assert confirm(people, number, "boss", **RAISED) == (403, "may-not-confirm"), "the lead is here"
    away(people, "lead")
    assert confirm(people, number, "boss", **RAISED) == (200, "high")


def test_a_leads_deputy_confirms_for_the_lead(people: Triage) -> None:
    number = suggestion(people)
    assert confirm(people, number, "chen", **RAISED) == (403, "may-not-confirm")
    away(people, "lead", "chen")
    assert confirm(people, number, "chen", **RAISED) == (200, "high")


def test_who_may_not_is_told_who_may(people: Triage) -> None:
    number = suggestion(people)
    answer = people.call("POST", f"/demands/{number}/confirm-priority", people.token("staff"), json={"handler": "chen"})
    assert (answer.status_code, answer.json["code"]) == (403, "may-not-confirm")  # type: ignore[index]
    assert "Department lead or Demand committee" in answer.json["title"]  # type: ignore[index]
    assert confirm(people, number, "other", **RAISED) == (404, "demand-unknown"), "another department's lead"
    assert people.published("demand.prioritised") == []
    plain = people.demand()
    assert people.refused(plain, "confirm-priority", by="staff") == "may-not-confirm", "policy C names no role"
    people.act(plain, "confirm-priority", by="manager")


def test_a_vote_is_checked_as_a_confirmation_is(people: Triage) -> None:
    number = suggestion(people)
    for body in ({"priority": "high", "handler": "chen"}, {"priority": "king"}, {}):
        assert confirm(people, number, "one", **body) == (422, "validation-failed")
    assert people.published("demand.voted") == []


def customer_changed(triage: Triage, version: int = 1, **changes: Any) -> None:
    """Intake tells of the customer whose demands these are."""
    data = {
        "number": "YQ20240506001", "masked_name": "王*", "kind": "person", "industry": None, "tier": None,
        "value": None, "company_name": None, **changes,
    }  # fmt: skip
    subject = f"customer/{data['number']}"
    triage.receive(Event(new_id(), "intake", "demandflow.customer.changed.v1", subject, version, 1, RECEIVED_AT, data))


def test_a_customer_of_more_value_is_proposed_higher_and_nothing_is_applied(people: Triage) -> None:
    number, closed = suggestion(people), suggestion(people)
    people.hear(closed, "demand.withdrawn", reason=None, at="2024-10-08T06:30:00Z")
    before = people.due(number, "handling")
    customer_changed(people, value="strategic")
    shown = people.shown(number)
    assert shown["priority"] == {
        "rank": 2, "code": "mid", "label": "中", "proposed": {"rank": 1, "code": "high", "label": "高"}
    }  # fmt: skip
    assert shown["customer"]["value"] == "strategic" and people.due(number, "handling") == before
    (told,) = people.published("priority.proposed")
    assert (told.data["proposed"]["code"], told.data["before"], told.data["number"]) == ("high", "mid", number)
    assert "value:strategic+3" in told.data["reasons"]
    listed = people.call("GET", "/demands?review=priority").json
    assert [one["number"] for one in listed["items"]] == [number]  # type: ignore[index]
    assert confirm(people, number, "lead", handler="chen") == (200, "high"), "as proposed: no reason is needed"
    assert people.shown(number)["priority"]["proposed"] is None
    assert people.call("GET", "/demands?review=priority").json == {"items": []}


def test_the_same_customer_again_changes_nothing(people: Triage) -> None:
    suggestion(people)
    customer_changed(people)
    customer_changed(people, 2, value="strategic")
    before = len(people.published())
    customer_changed(people, 3, value="strategic")
    assert len(people.published()) == before
    customer_changed(people, 4, value=None)
    assert people.published("priority.proposed")[-1].data["proposed"]["code"] == "mid"
    assert people.call("GET", "/demands?review=priority").json == {"items": []}, "what is confirmed is proposed again"


def test_what_else_intake_tells_of_a_customer_goes_no_further(people: Triage) -> None:
    number = suggestion(people)
    customer_changed(people, value="strategic", source="exhibition", preferred_channel="email", merged_into="YQ1")
    shown = people.shown(number)["customer"]
    assert shown["value"] == "strategic" and not {"source", "preferred_channel", "merged_into"} & set(shown)


def test_a_corrected_fact_is_looked_at_again(people: Triage) -> None:
    number = suggestion(people)
    people.act(number, "correct", fact="order_number", value="SO-1", reason="补记")
    assert people.published("priority.proposed") == [], "it speaks for no other level"
    people.act(number, "correct", fact="impact.customers", value=200, reason="客户来电更正")
    shown = people.shown(number)["priority"]
    assert (shown["code"], shown["proposed"]["code"]) == ("mid", "high")


def test_a_supplement_that_changes_urgency_or_impact_is_looked_at_again(people: Triage) -> None:
    number = suggestion(people)
    people.hear(
        number, "demand.supplemented", supplement_id="s-1", at="2024-10-08T06:30:00Z", by="customer",
        description=None, fields={}, values={"impact": {"customers": 200}}, given=[],
        quality={"vague": [], "missing": []},
    )  # fmt: skip
    assert people.shown(number)["priority"]["proposed"]["code"] == "high"
