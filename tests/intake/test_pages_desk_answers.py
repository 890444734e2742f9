"""What customers answer by phone or on paper, noted at the desk."""

from collections.abc import Callable

import pytest

from tests.intake.conftest import Intake
from tests.intake.pages import Reader
from tests.intake.policies import released
from tests.intake.test_pages_desk import at_desk
from tests.intake.test_pages_tracking import CHANGE, NAME, Followed


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
