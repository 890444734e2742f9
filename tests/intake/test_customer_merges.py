"""Two customers that are one: everything leads to the one that goes on, and it can be taken back."""

from typing import Any

import pytest

from shared.testing.counting import counted
from tests.intake.conftest import Intake
from tests.intake.customers import MAIL, PHONE, Desk

OTHER = "13900000001"


@pytest.fixture
def desk(intake: Intake) -> Desk:
    """A desk."""
    return Desk(intake)


@pytest.fixture
def pair(desk: Desk) -> tuple[str, str]:
    """(a customer known by phone, the same person known by mail alone)."""
    first = desk.report("王芳", phone=PHONE)["customer"]
    return first, desk.report(None, customer={"contact": {"email": MAIL}})["customer"]


def _merge(desk: Desk, number: str, into: str, **headers: str) -> Any:
    return desk.call("POST", f"/{number}:merge", {"into": into}, **headers)


def test_everything_leads_to_the_survivor(desk: Desk, pair: tuple[str, str]) -> None:
    gone, survivor = pair
    desk.call("POST", f"/{gone}/numbers", {"kind": "external", "system": "crm", "number": "C-1"})
    merged = _merge(desk, gone, survivor)
    assert (merged.status_code, merged.json["merged_into"], merged.headers["ETag"]) == (200, survivor, '"v2"')
    assert desk.read(gone)["merged_into"] == survivor
    assert desk.find(phone=PHONE) == [(survivor, "exact", ["phone"])]
    assert desk.find(number="C-1") == desk.find(number=gone) == [(survivor, "exact", ["number"])]
    assert desk.report(None, phone=PHONE)["customer"] == survivor
    assert desk.report(None, customer={"number": gone})["customer"] == survivor
    opened = {"number": survivor, "name": "王芳", "phone": PHONE, "email": MAIL, "im": None}
    assert desk.contact(gone) == opened == desk.contact(survivor)
    assert desk.read(survivor)["masked_name"] == "王*"
    listed = [one["number"] for one in desk.call("GET", "").json["items"]]
    assert listed == [survivor], "the list has each customer once"


def test_both_streams_tell_it_in_order(desk: Desk, pair: tuple[str, str]) -> None:
    gone, survivor = pair
    _merge(desk, gone, survivor)
    assert [(row.version, row.data["merged_into"]) for row in desk.told(gone)] == [(1, None), (2, survivor)]
    assert [(row.version, row.data["masked_name"]) for row in desk.told(survivor)] == [(1, "*"), (2, "王*")]
    desk.call("POST", f"/{gone}:unmerge")
    assert [(row.version, row.data["merged_into"]) for row in desk.told(gone)][2:] == [(3, None)]
    assert [(row.version, row.data["masked_name"]) for row in desk.told(survivor)][2:] == [(3, "*")]


def test_the_survivors_history_and_briefing_hold_the_merged_ones_demands_and_talks(desk: Desk, pair: Any) -> None:
    gone, survivor = pair
    own = desk.report("王芳", phone=PHONE, order_number="SO-9")
    talk = {"occurred_at": "2024-10-08T06:30:00Z", "channel": "phone", "direction": "outbound", "answered": True}
    said = {**talk, "words": "已告知物流进度"}
    desk.intake.call(f"{own['number']}/communications", said, credential=desk.intake.staff())
    _merge(desk, gone, survivor)
    for path in ("history", "briefing"):
        told = desk.call("GET", f"/{survivor}/{path}").json
        assert len(told.get("items") or told["demands"]) == 3
        assert [one["words"] for one in told["communications"]] == ["已告知物流进度"]
    assert [one["name"] for one in desk.call("GET", f"/{survivor}/briefing").json["business"]] == ["SO-9"]
    assert len(desk.call("GET", f"/{gone}/history").json["items"]) == 2, "the merged one keeps its own"


def test_what_was_sealed_for_the_merged_one_still_opens(desk: Desk, pair: tuple[str, str]) -> None:
    gone, survivor = pair
    before = desk.report("王芳", phone=PHONE)
    _merge(desk, gone, survivor)
    more = {"description": "昨天寄出的", "customer": {"contact": {"im": "wf-77"}}}
    added = desk.intake.call(f"{before['number']}/supplements", more)
    assert added.status_code == 201
    assert desk.contact(survivor)["im"] == "wf-77", "what comes later reaches the one that goes on"
    told = desk.call("GET", f"/{survivor}/export?purpose=request").json
    words = {one["number"]: one["supplements"] for one in told["demands"]}
    assert words[before["number"]][0]["words"]["description"] == "昨天寄出的"


def test_taking_it_back_takes_what_was_filled_and_no_more(desk: Desk, pair: tuple[str, str]) -> None:
    gone, survivor = pair
    _merge(desk, gone, survivor)
    assert desk.change(survivor, {"name": "王小芳"}).status_code == 200
    back = desk.call("POST", f"/{gone}:unmerge")
    assert (back.status_code, back.json["merged_into"]) == (200, None)
    kept = desk.contact(survivor)
    assert (kept["name"], kept["phone"], kept["email"]) == ("王小芳", None, MAIL), "a changed name stays"
    assert desk.contact(gone)["phone"] == PHONE
    assert desk.find(phone=PHONE) == [(gone, "exact", ["phone"])]
    assert desk.report(None, phone=PHONE)["customer"] == gone
    assert _merge(desk, gone, survivor).status_code == 200, "and once more"
    assert desk.contact(gone)["name"] == "王小芳"


def test_what_cannot_be_merged_says_why(desk: Desk, pair: tuple[str, str]) -> None:
    gone, survivor = pair
    third = desk.report(phone=OTHER)["customer"]
    assert _code(_merge(desk, gone, gone)) == (409, "same-customer")
    assert _merge(desk, gone, "YQ0").status_code == 422 and _merge(desk, "YQ0", gone).status_code == 404
    assert _code(desk.call("POST", f"/{gone}:unmerge")) == (409, "not-merged")
    assert _code(_merge(desk, gone, survivor, If_Match='"v9"')) == (412, "if-match-stale")
    _merge(desk, gone, survivor)
    assert _code(_merge(desk, gone, third)) == (409, "already-merged")
    assert _code(_merge(desk, survivor, gone)) == (409, "merge-cycle")
    assert _code(_merge(desk, third, gone)) == (409, "survivor-merged")
    assert _code(desk.change(gone, {"tier": "a"})) == (409, "customer-merged")
    assert _code(desk.call("POST", f"/{gone}/numbers", {"kind": "order", "number": "O"})) == (409, "customer-merged")


def test_a_chain_is_followed_to_its_end_and_taken_back_from_there(desk: Desk, pair: tuple[str, str]) -> None:
    gone, survivor = pair
    third = desk.report("王芳", phone=OTHER)["customer"]
    _merge(desk, gone, survivor)
    _merge(desk, survivor, third)
    assert desk.contact(gone)["number"] == third == desk.report(None, phone=PHONE)["customer"]
    assert len(desk.call("GET", f"/{third}/history").json["items"]) == 4
    assert _code(_merge(desk, third, gone)) == (409, "merge-cycle")
    assert _code(desk.call("POST", f"/{gone}:unmerge")) == (409, "survivor-merged")
    assert desk.call("POST", f"/{survivor}:unmerge").status_code == 200
    assert desk.call("POST", f"/{gone}:unmerge").status_code == 200
    assert desk.contact(third)["phone"] == OTHER and desk.contact(third)["email"] is None


def test_an_erased_customer_is_not_merged(desk: Desk, pair: tuple[str, str]) -> None:
    gone, survivor = pair
    _erase(desk, gone)
    assert _code(_merge(desk, gone, survivor)) == (409, "customer-erased")
    assert _code(_merge(desk, survivor, gone)) == (409, "customer-erased")


def test_the_survivor_may_take_a_number_of_the_merged_one(desk: Desk) -> None:
    gone, survivor = desk.report(phone=PHONE)["customer"], desk.report(phone=OTHER)["customer"]
    _merge(desk, gone, survivor)
    assert desk.change(survivor, {"contact": {"phone": PHONE}}).status_code == 200
    assert desk.contact(survivor)["phone"] == PHONE


@pytest.mark.parametrize(("role", "status"), [("staff", 403), ("lead", 200), ("manager", 200), ("auditor", 403)])
def test_who_may_merge(desk: Desk, pair: tuple[str, str], role: str, status: int) -> None:
    assert desk.call("POST", f"/{pair[0]}:merge", {"into": pair[1]}, role=role).status_code == status


def test_a_repeated_merge_with_its_key_is_the_same(desk: Desk, pair: tuple[str, str]) -> None:
    first, again = (_merge(desk, *pair, Idempotency_Key="k") for _ in range(2))
    assert first.json == again.json and len(desk.told(pair[0])) == 2


def test_a_merged_customer_costs_one_statement_more(desk: Desk, pair: tuple[str, str]) -> None:
    def cost(phone: str) -> int:
        with counted() as found:
            desk.intake.post({"description": "物流三天没有更新", "customer": {"contact": {"phone": phone}}})
        return found.statements

    _merge(desk, *pair)
    desk.report(phone=OTHER)
    assert cost(PHONE) == cost(OTHER) + 1


def _code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json["code"]


def _erase(desk: Desk, number: str) -> None:
    from sqlalchemy import delete, select

    from services.intake.tables import Customer, VaultEntry

    with desk.intake.database.write() as session:
        row = session.execute(select(Customer.id).where(Customer.number == number)).scalar_one()
        session.execute(delete(VaultEntry).where(VaultEntry.customer_id == row))
