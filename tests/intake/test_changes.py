"""A customer's yes or no to another plan: asked by triage, kept sealed, told without names, once for each change."""

from typing import Any

import pytest
from sqlalchemy import select

from services.intake.child_tables import Change
from tests.intake.conftest import Intake, status

NAME = "欧阳金丝雀"
ASKED = {
    "change_number": 1, "what": "改为更换模块", "reason": "固件无法修复", "plan": "更换通信模块",
    "cost": {"amount": 1200.0, "currency": "CNY"}, "expected_finish": "2024-10-14T10:00:00Z", "before": None,
    "at": "2024-10-08T07:00:00Z",
}  # fmt: skip


def _asked(intake: Intake, *approved_by: str) -> Any:
    demand = intake.post({"policy": "B", "description": "订单模块无法批量导出备注栏", "customer": {"name": NAME}}).json
    assert demand is not None
    parties = list(approved_by or ("customer", "department_lead"))
    intake.hears(
        "change.requested", demand["id"], change="c-1", **ASKED, approved_by=parties, status=status("in_progress")
    )
    return demand


def _say(intake: Intake, demand: Any, body: Any, change: str = "c-1", **more: Any) -> Any:
    return intake.call(f"{demand['number']}/changes/{change}/confirmation", body, **more)


@pytest.mark.parametrize(("agrees", "kind"), [(True, "change.confirmed"), (False, "change.declined")])
def test_the_answer_is_told_without_names(intake: Intake, agrees: bool, kind: str) -> None:
    demand = _asked(intake)
    shown = intake.get(f"/api/v1/demands/{demand['number']}").json
    assert shown is not None and (shown["changes"][0]["id"], shown["changes"][0]["agreed"]) == ("c-1", None)
    assert shown["changes"][0]["plan"] == "更换通信模块"
    answer = _say(intake, demand, {"agrees": agrees, "name": "诸葛孔雀", "opinion": "诸葛孔雀说行，回电13912345678"})
    assert (answer.status_code, answer.json["agrees"], answer.json["version"]) == (201, agrees, 2)
    (row,) = intake.told(kind)
    assert (row.version, row.data["change"]) == (2, "c-1")
    assert "诸葛孔雀" not in str(row.data) and "13912345678" not in str(row.data) and "说行" in row.data["opinion"]
    with intake.database.read() as session:
        kept = session.execute(select(Change)).scalar_one()
        assert kept.agreed is agrees and "诸葛孔雀" not in f"{kept.opinion}{kept.original!r}"


def test_a_change_has_one_answer_while_it_is_open(intake: Intake) -> None:
    demand = _asked(intake)
    first = _say(intake, demand, {"agrees": True}, Idempotency_Key="k1")
    assert _say(intake, demand, {"agrees": True}, Idempotency_Key="k1").json == first.json
    assert _say(intake, demand, {"agrees": False}).json["code"] == "already-answered"


def test_nobody_answers_to_what_is_decided_closed_or_not_theirs(intake: Intake) -> None:
    demand = _asked(intake)
    assert _say(intake, demand, {"agrees": True}, credential=intake.add_channel("other")).status_code == 404
    assert _say(intake, demand, {"agrees": True}, credential=intake.staff("auditor")).status_code == 403
    assert _say(intake, demand, {"agrees": True}, "ghost").json["code"] == "change-unknown"
    assert _say(intake, demand, {}).json["errors"][0]["pointer"] == "/agrees"
    assert _say(intake, demand, {"agrees": "perhaps"}).status_code == 422
    told = {"change": "c-1", "change_number": 1, "verdict": "refused", "party": "department_lead", "reason": "x"}
    intake.hears("change.decided", demand["id"], **told, at="2024-10-08T07:00:00Z", status=status("in_progress"))
    assert _say(intake, demand, {"agrees": True}).json["code"] == "change-decided"
    intake.hears("demand.closed", demand["id"], cycle=1, status=status("closed", "withdrawn"))
    assert _say(intake, demand, {"agrees": True}).json["code"] == "demand-closed"
    assert intake.told("change.confirmed") == []


def test_a_change_that_is_ours_alone_asks_nobody(intake: Intake) -> None:
    demand = _asked(intake, "department_lead")
    assert _say(intake, demand, {"agrees": True}).json["code"] == "not-asked"
