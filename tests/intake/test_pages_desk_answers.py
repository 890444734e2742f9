"""What customers answer by phone or on paper, noted at the desk."""

from collections.abc import Callable

import pytest

from tests.intake.conftest import Intake
from tests.intake.pages import Reader
from tests.intake.policies import released
from tests.intake.test_pages_desk import at_desk
from tests.intake.test_pages_tracking import AT, CHANGE, NAME, Followed


@pytest.fixture
def house(make_intake: Callable[..., Intake], one_database: str) -> Intake:
    """An intake under the released policies."""
    return make_intake(one_database, released())


@pytest.fixture
def desk(house: Intake) -> Reader:
    """Somebody of the staff."""
    return at_desk(house)


def _say(desk: Reader, followed: Followed, verb: str, **typed: str) -> int:
    path = f"/desk/demands/{followed.number}"
    return desk.send(f"{path}/{verb}", desk.get(path), typed, to=verb).status_code


def test_a_result_is_answered_by_phone(house: Intake, desk: Reader) -> None:
    followed = Followed(house, "C")
    assert "客户对结果的答复" not in desk.get(f"/desk/demands/{followed.number}").text
    followed.completed()
    assert _say(desk, followed, "answer", satisfaction="satisfied") == 303
    (told,) = house.told("demand.confirmed")
    assert not told.data["signed"]


def test_a_signature_on_paper_is_noted_with_its_scan(house: Intake, desk: Reader) -> None:
    followed = Followed(house, "B")
    followed.completed()
    assert _say(desk, followed, "answer", satisfaction="satisfied") == 422, "policy B wants it signed"
    assert _say(desk, followed, "answer", satisfaction="satisfied", name=NAME, reference="SCAN-2024-17") == 303
    (told,) = house.told("demand.confirmed")
    assert told.data["signed"] and told.data["signature_method"] == "scan"
    assert told.data["result_sha256"] == "a" * 64


def test_a_change_is_agreed_to_by_phone(house: Intake, desk: Reader) -> None:
    followed = Followed(house, "B")
    followed.hears("change.requested", "in_progress", **CHANGE)
    assert CHANGE["what"] in desk.get(f"/desk/demands/{followed.number}").text
    assert _say(desk, followed, "change", agrees="no", opinion="太贵") == 303
    (told,) = house.told("change.declined")
    assert told.data["opinion"] == "太贵"


def test_a_demand_is_taken_back_by_phone(house: Intake, desk: Reader) -> None:
    followed = Followed(house)
    assert _say(desk, followed, "withdraw", reason="已自行解决") == 303
    assert house.told("demand.withdrawn")[0].data["reason"] == "已自行解决"
    assert "客户要撤回" not in desk.get(f"/desk/demands/{followed.number}").text


def test_what_is_said_of_a_merged_demand_goes_to_the_one_that_goes_on(house: Intake, desk: Reader) -> None:
    followed, into = Followed(house), Followed(house)
    other = {"demand_id": into.id, "number": into.number}
    followed.hears("demand.merged", "closed", "merged", into=other, reason="x", at=AT)
    page = desk.get(f"/desk/demands/{followed.number}").text
    assert f'/desk/demands/{into.number}"' in page
    assert _say(desk, followed, "supplement", description="报错编号 E-5002") == 303
    (told,) = house.told("demand.supplemented")
    assert told.data["number"] == into.number


def test_what_cannot_be_stored_is_refused_and_the_rest_stays_typed(house: Intake, desk: Reader) -> None:
    followed = Followed(house)
    path = f"/desk/demands/{followed.number}"
    typed = {"description": "报错编号 E-5002", "subject": "a\x00b"}
    again = desk.send(f"{path}/supplement", desk.get(path), typed, to="supplement")
    assert again.status_code == 422 and "报错编号 E-5002" in again.text and house.told("demand.supplemented") == []


def test_what_only_another_form_asks_is_asked_for_when_it_lacks(house: Intake, desk: Reader) -> None:
    """Policy C wants the industry of a company; the sheet has no column for it, the form for customers has."""
    key = house.add_channel("chat", policy="C")
    body = {
        "customer": {"name": "甘先生", "company": "海角灯具", "contact": {"email": "gan@example.com"}},
        "description": "订单 20241008001 三天没有物流更新，想知道何时送达",
    }
    told = house.post(body, key=key).json
    assert told["quality"]["missing"] == ["customer.industry"]
    page = desk.get(f"/desk/demands/{told['number']}")
    assert 'name="customer.industry"' in page.text
    path = f"/desk/demands/{told['number']}/supplement"
    assert desk.send(path, page, {"customer.industry": "制造业"}, to="supplement").status_code == 303
    assert 'name="customer.industry"' not in desk.get(f"/desk/demands/{told['number']}").text
