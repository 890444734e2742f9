"""Demands that were merged, and demands that are made of others."""

from typing import Any

import pytest
from sqlalchemy import select, update

from services.intake.child_tables import Supplement
from services.intake.tables import Channel, Customer
from shared.clock import system_now
from shared.messaging.errors import Waiting
from tests.intake.conftest import Intake, status
from tests.intake.test_accept import BODY

AT = "2024-10-08T07:00:00Z"
PARTS = [
    {"key": "1", "subject": None, "description": "订单模块无法批量导出 Excel 报表", "type": None},
    {"key": "2", "subject": "发票", "description": "希望自己选择发票抬头，公司或个人", "type": "gone"},
]


def _created(intake: Intake, **changes: Any) -> dict[str, Any]:
    answer = intake.post({**BODY, **changes})
    assert answer.status_code == 201, answer.json
    return dict(answer.json or {})


def _shown(intake: Intake, number: str) -> dict[str, Any]:
    return dict(intake.get(f"/api/v1/demands/{number}").json or {})


def _merge(intake: Intake, one: dict[str, Any], into: dict[str, Any]) -> None:
    named = {"demand_id": into["id"], "number": into["number"]}
    intake.hears("demand.merged", one["id"], status=status("closed", "merged"), into=named, reason=None, at=AT)


def _unmerge(intake: Intake, one: dict[str, Any], into: dict[str, Any]) -> None:
    named = {"demand_id": into["id"], "number": into["number"]}
    intake.hears("demand.unmerged", one["id"], status=status("pending"), into=named, reason="不同", at=AT)


def test_a_channel_sees_where_its_demand_went(intake: Intake) -> None:
    copy, kept = _created(intake), _created(intake)
    _merge(intake, copy, kept)
    shown = _shown(intake, copy["number"])
    assert (shown["status"], shown["resolution"], shown["merged_into"]) == ("closed", "merged", kept["number"])
    _unmerge(intake, copy, kept)
    shown = _shown(intake, copy["number"])
    assert (shown["status"], shown["resolution"], shown["merged_into"]) == ("pending", None, None)


def test_what_is_added_to_a_merged_demand_is_added_to_the_one_that_goes_on(intake: Intake) -> None:
    first, second, third = _created(intake), _created(intake), _created(intake)
    _merge(intake, first, second)
    _merge(intake, second, third)
    answer = intake.call(f"{first['number']}/supplements", {"description": "今天仍然没有物流更新"})
    assert answer.status_code == 201, answer.json
    assert answer.json is not None and answer.json["number"] == third["number"], "it follows as far as it goes"
    (told,) = intake.told("demand.supplemented")
    assert told.data["demand_id"] == third["id"]
    assert _shown(intake, third["number"])["description"].endswith("今天仍然没有物流更新")
    assert not _shown(intake, first["number"])["description"].endswith("今天仍然没有物流更新")
    _unmerge(intake, first, second)
    again = intake.call(f"{first['number']}/supplements", {"description": "其实是另一个订单"})
    assert again.json is not None and again.json["number"] == first["number"]


def test_a_strangers_words_stay_with_the_stranger(intake: Intake) -> None:
    other = {"name": "陈先生", "contact": {"phone": "13700001111"}}
    copy, kept = _created(intake, customer=other), _created(intake)
    _merge(intake, copy, kept)
    body = {"description": "陈先生补充：也没收到", "customer": {"contact": {"email": "chen@example.com"}}}
    assert intake.call(f"{copy['number']}/supplements", body).status_code == 201
    with intake.database.read() as session:
        mine = _shown(intake, copy["number"])["customer"]["number"]
        row = session.execute(select(Supplement.customer_id, Supplement.demand_id)).one()
        speaker = session.execute(select(Customer.id).where(Customer.number == mine)).scalar_one()
    assert (row.customer_id, row.demand_id) == (speaker, kept["id"])
    assert "chen@example.com" not in str([event.data for event in intake.told()])
    number = _shown(intake, kept["number"])["customer"]["number"]
    found = intake.client().get(
        f"/intake/api/v1/customers/{number}", headers={"Authorization": f"Bearer {intake.staff()}"}
    )
    assert "chen@example.com" not in found.get_data(as_text=True)


def test_the_result_is_answered_by_whose_demand_it_is(intake: Intake) -> None:
    result = {"conclusion": "已催促", "next_step": None, "notes": None}
    copy, kept = _created(intake), _created(intake)
    stranger = _created(intake, customer={"name": "陈先生", "contact": {"phone": "13700001111"}})
    for one in (copy, stranger):
        _merge(intake, one, kept)
    intake.hears("demand.completed", kept["id"], cycle=1, status=status("completed"), result=result, at=AT)
    refused = intake.call(f"{stranger['number']}/confirmation", {"satisfaction": "satisfied"})
    assert (refused.status_code, (refused.json or {})["code"]) == (409, "not-your-result")
    answer = intake.call(f"{copy['number']}/confirmation", {"satisfaction": "satisfied"})
    assert answer.status_code == 201, answer.json
    assert (answer.json or {})["number"] == kept["number"]
    (told,) = intake.told("demand.confirmed")
    assert told.data["demand_id"] == kept["id"]


def test_taking_a_merged_demand_back_takes_back_only_that(intake: Intake) -> None:
    copy, kept = _created(intake), _created(intake)
    _merge(intake, copy, kept)
    answer = intake.call(f"{copy['number']}/withdraw", {"reason": "不需要了"})
    assert (answer.status_code, (answer.json or {})["number"]) == (200, copy["number"])
    (told,) = intake.told("demand.withdrawn")
    assert told.data["demand_id"] == copy["id"]
    assert _shown(intake, kept["number"])["withdrawn_at"] is None
    refused = intake.call(f"{copy['number']}/supplements", {"description": "还是想说一句"})
    assert (refused.json or {})["code"] == "demand-closed", "who took it back speaks for it no longer"
    assert intake.call(f"{copy['number']}/withdraw", {}).status_code == 409


def test_a_ring_of_crossing_news_ends(intake: Intake) -> None:
    one, other = _created(intake), _created(intake)
    _merge(intake, one, other)
    _merge(intake, other, one)
    answer = intake.call(f"{one['number']}/supplements", {"description": "今天仍然没有物流更新"})
    assert answer.status_code == 409, "both are closed for the moment"


def test_parts_become_demands_of_the_same_customer_once(intake: Intake) -> None:
    origin = _created(intake, order_number="SO-1", language="en")
    told = {"parts": PARTS, "reason": "两件事", "at": AT}
    for _ in range(2):
        intake.hears("demand.split", origin["id"], event_id="split-1", **told)
    first, second, third = intake.told("demand.received")
    assert [row.data["description"] for row in (second, third)] == [one["description"] for one in PARTS]
    for row in (second, third):
        assert (row.data["related_number"], row.data["relation"]) == (origin["number"], "split_from")
        for name in ("customer", "channel", "department", "order_number", "language"):
            assert row.data[name] == first.data[name], name
        assert row.data["policy"] == first.data["policy"] and row.data["known_customer"]
        assert _shown(intake, row.data["number"])["status"] == "pending"
    assert third.data["type"] is None, "a type that the policy has no longer is left to triage"
    assert len({row.data["number"] for row in (first, second, third)}) == 3


def test_what_follows_a_closed_demand_cites_it(intake: Intake) -> None:
    origin = _created(intake)
    intake.hears("demand.followed-up", origin["id"], parts=PARTS[:1], at=AT, status=status("closed", "done"))
    follow = intake.told("demand.received")[-1]
    assert (follow.data["related_number"], follow.data["relation"]) == (origin["number"], "follow_up")
    assert _shown(intake, origin["number"])["status"] == "closed"


def test_a_channel_that_is_closed_by_now_is_no_obstacle(intake: Intake) -> None:
    origin = _created(intake)
    with intake.database.write() as session:
        session.execute(update(Channel).values(disabled_at=system_now(), allowed_policies=[]))
    intake.hears("demand.split", origin["id"], parts=PARTS, reason="两件事", at=AT)
    assert len(intake.told("demand.received")) == 3


def test_news_of_demands_that_are_not_here_wait(intake: Intake) -> None:
    named = {"demand_id": "none", "number": "M1"}
    for kind, data in (
        ("demand.merged", {"into": named, "reason": None, "at": AT}),
        ("demand.unmerged", {"into": named, "reason": "x", "at": AT}),
        ("demand.split", {"parts": PARTS, "reason": "x", "at": AT}),
        ("demand.followed-up", {"parts": PARTS[:1], "at": AT}),
    ):
        with pytest.raises(Waiting):
            intake.hears(kind, "none", **data)
    assert intake.told("demand.received") == []
