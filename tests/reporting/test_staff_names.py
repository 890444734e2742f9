"""Who took a demand and who handles it: in full where the policy says so, opened in triage at that moment."""

import json
from typing import Any

import pytest

from services.reporting.jobs.seal_archives import seal_archives
from tests.reporting.conftest import Reporting
from tests.reporting.stories import Life, houses, shanghai
from tests.reporting.test_archives import Clock
from tests.reporting.test_forms import NUMBER, fill, lines, worked_example

TAKER = "staff:s1"
FIRST, HANDLER = "首位对接人", "处理人"


def taken(policy: str = "A", number: str = NUMBER) -> Life:
    """The source's example (W13), taken by 李客服 of 客服部 and handled by 王工程师."""
    life = Life(policy, number=number, customer="YQ1", name="张*", at=shanghai("2024-10-08 14:30"))
    life.received(taken_by=TAKER).triaged(None)
    handler = {"staff_id": "s2", "masked_name": "王*"}
    return life.step("demand.assigned", handler=handler, department="TEC", joining=[], instead_of=None)


def know_both(reporting: Reporting) -> None:
    reporting.vault.staff.update(s1="李客服", s2="王工程师")


def test_where_owners_are_shown_in_full_the_form_names_them(
    reporting: Reporting, capsys: pytest.CaptureFixture[str]
) -> None:
    know_both(reporting)
    reporting.take(*houses(), *taken().all())
    found = lines(fill(reporting).data)
    assert (found[FIRST], found[HANDLER]) == ("客服部/李客服", "王工程师")
    assert reporting.vault.asked_staff == ["s1", "s2"]
    assert reporting.get(f"/demands/{NUMBER}").json["taken_by"] == TAKER
    said = capsys.readouterr().out
    assert "李客服" not in said and "王工程师" not in said


@pytest.mark.parametrize("away", [True, False])
def test_while_triage_is_away_or_knows_nobody_masked_names_stand(reporting: Reporting, away: bool) -> None:
    reporting.vault.triage_down = away
    reporting.take(*houses(), *taken().all())
    found = lines(fill(reporting).data)
    assert (found[FIRST], found[HANDLER]) == ("客服部/赵*", "王*")


def test_where_owners_are_masked_nobody_asks(reporting: Reporting) -> None:
    know_both(reporting)
    reporting.take(*houses(), *taken("C", "M20241008001").all())
    assert fill(reporting, "M20241008001", form="sheet").status_code == 200
    assert reporting.vault.asked_staff == []


def test_what_nobody_took_by_hand_names_the_department(reporting: Reporting) -> None:
    reporting.take(*houses(), *worked_example().all())
    assert lines(fill(reporting).data)[FIRST] == "客服部"
    assert reporting.vault.asked_staff == []


def test_a_department_is_named_though_the_person_is_not_known_here(reporting: Reporting) -> None:
    reporting.take(*houses(), *worked_example_of("staff:unknown").all())
    assert lines(fill(reporting).data)[FIRST] == "客服部"


def test_a_package_names_them_and_waits_for_triage(reporting: Reporting, clock: Clock) -> None:
    know_both(reporting)
    reporting.vault.know("YQ1", "张先生")
    done = shanghai("2024-10-20 10:00")
    life = taken().completed(done, "已修复").confirmed(done, signed=True).closed(done)
    reporting.take(*houses(), *life.all())
    reporting.vault.triage_down = True
    clock("2024-10-31 18:00")
    assert seal_archives(reporting.registry) == 0
    reporting.vault.triage_down = False
    assert seal_archives(reporting.registry) == 1
    record = archived(reporting)
    assert (record["first_contact"], record["handler_name"]) == ("客服部/李客服", "王工程师")


def worked_example_of(taken_by: str) -> Life:
    life = Life("A", number=NUMBER, customer="YQ1", name="张*")
    return life.received(taken_by=taken_by).triaged(None)


def archived(reporting: Reporting) -> dict[str, Any]:
    (path,) = reporting.root.glob("*/*XRQ*.json")
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))["record"]
    return found
