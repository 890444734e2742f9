"""A customer's answer to a result: in the policy's own scale, signed where it asks, once in each cycle."""

from typing import Any

import pytest
from sqlalchemy import select

from services.intake.child_tables import Confirmation
from services.intake.domain.satisfaction import Answer, level
from shared.policies.loader import installed
from shared.refused import Refused
from tests.intake.conftest import Intake, status
from tests.intake.policies import released

NAME = "欧阳金丝雀"
RESULT = {"conclusion": "已修复", "next_step": None, "notes": None}
SIGNATURE = {"name": NAME, "method": "electronic"}


def _completed(intake: Intake, policy: str, cycle: int = 1) -> Any:
    body = {"policy": policy, "description": "订单模块无法批量导出备注栏", "customer": {"name": NAME}}
    created = intake.post(body).json
    assert created is not None
    _complete(intake, created, cycle)
    return created


def _complete(intake: Intake, demand: Any, cycle: int) -> None:
    done = {"status": status("completed", "done"), "result": RESULT, "at": "2024-10-08T07:00:00Z"}
    intake.hears("demand.completed", demand["id"], cycle=cycle, **done)


def _answer(intake: Intake, demand: Any, body: Any, **more: Any) -> Any:
    return intake.call(f"{demand['number']}/confirmation", body, **more)


@pytest.mark.parametrize(
    ("policy", "body", "kind", "code"),
    [
        ("A", {"satisfaction": "满意", "signature": SIGNATURE}, "demand.confirmed", "yes"),
        ("A", {"satisfaction": "no", "opinion": "导出还是缺备注栏"}, "demand.disputed", "no"),
        ("B", {"satisfaction": "基本满意", "signature": SIGNATURE}, "demand.confirmed", "rather"),
        ("B", {"satisfaction": "不满意", "signature": SIGNATURE}, "demand.disputed", "not_satisfied"),
        ("C", {"satisfaction": "satisfied"}, "demand.confirmed", "satisfied"),
        ("C", {"satisfaction": "不满意"}, "demand.disputed", "not_satisfied"),
        ("D", {"stars": 5}, "demand.confirmed", "5"),
        ("D", {"stars": 2}, "demand.disputed", "2"),
        ("D", {"satisfaction": "4"}, "demand.confirmed", "4"),
        ("D", {"satisfaction": "★★★", "stars": 3}, "demand.confirmed", "3"),
    ],
)
def test_each_policy_has_its_own_scale(intake: Intake, policy: str, body: Any, kind: str, code: str) -> None:
    demand = _completed(intake, policy)
    answer = _answer(intake, demand, body)
    assert answer.status_code == 201, answer.json
    assert (answer.json["satisfaction"], answer.json["satisfied"]) == (code, kind == "demand.confirmed")
    assert (answer.json["version"], answer.headers["ETag"]) == (2, '"v2"')
    (row,) = intake.told(kind)
    assert (row.version, row.data["cycle"], row.data["satisfaction"]) == (2, 1, code)
    if kind == "demand.confirmed":
        assert row.data["signed"] == ("signature" in body)


@pytest.mark.parametrize(
    ("policy", "body", "pointer", "code"),
    [
        ("A", {"satisfaction": "满意"}, "/signature", "signature-missing"),
        ("A", {"satisfaction": "不满意", "signature": SIGNATURE}, "/signature", "signature-unexpected"),
        ("A", {"satisfaction": "基本满意"}, "/satisfaction", "unknown-code"),
        ("B", {"satisfaction": "不满意"}, "/signature", "signature-missing"),
        ("C", {"stars": 5}, "/stars", "other-scale"),
        ("C", {"satisfaction": "满意", "stars": 5}, "/stars", "other-scale"),
        ("C", {}, "/satisfaction", "required"),
        ("D", {}, "/stars", "required"),
        ("D", {"satisfaction": "满意"}, "/satisfaction", "unknown-code"),
        ("D", {"satisfaction": "5", "stars": 1}, "/stars", "contradiction"),
        ("D", {"stars": 6}, "/stars", "range"),
        ("D", {"stars": "5"}, "/stars", "type"),
        ("C", {"satisfaction": "满意", "signature": {"name": NAME, "method": "stamp"}}, "/signature/method", "choice"),
        ("C", {"satisfaction": "满意", "happy": True}, "/happy", "unknown-field"),
    ],
)
def test_another_answer_is_refused(intake: Intake, policy: str, body: Any, pointer: str, code: str) -> None:
    answer = _answer(intake, _completed(intake, policy), body)
    assert answer.status_code == 422
    assert [(row["pointer"], row["code"]) for row in answer.json["errors"]] == [(pointer, code)]
    assert NAME not in answer.text


def test_there_is_no_answer_before_a_result_nor_after_the_end(intake: Intake) -> None:
    created = intake.post({"description": "订单模块无法批量导出备注栏"}).json
    answer = _answer(intake, created, {"satisfaction": "满意"})
    assert (answer.status_code, answer.json["code"]) == (409, "not-completed")
    demand = _completed(intake, "C")
    intake.hears("demand.closed", demand["id"], cycle=1, status=status("closed", "done"))
    assert _answer(intake, demand, {"satisfaction": "满意"}).json["code"] == "demand-closed"


def test_each_cycle_has_one_answer(intake: Intake) -> None:
    demand = _completed(intake, "C")
    first = _answer(intake, demand, {"satisfaction": "不满意"}, Idempotency_Key="c1")
    assert first.status_code == 201
    assert _answer(intake, demand, {"satisfaction": "不满意"}, Idempotency_Key="c1").json == first.json
    again = _answer(intake, demand, {"satisfaction": "满意"})
    assert (again.status_code, again.json["code"]) == (409, "already-answered")
    intake.hears("cycle.started", demand["id"], cycle=2, status=status("in_progress"))
    assert _answer(intake, demand, {"satisfaction": "满意"}).json["code"] == "not-completed"
    _complete(intake, demand, 2)
    assert _answer(intake, demand, {"satisfaction": "满意", "cycle": 1}).json["code"] == "other-cycle"
    assert _answer(intake, demand, {"satisfaction": "满意", "cycle": 2}).json["cycle"] == 2
    assert [row.data["cycle"] for row in intake.told("demand.confirmed")] == [2]


def test_opinion_and_signature_are_told_without_names(intake: Intake) -> None:
    demand = _completed(intake, "A")
    scan = {"name": NAME, "method": "scan", "reference": f"/scans/{NAME}.pdf"}
    body = {"satisfaction": "满意", "opinion": f"{NAME}很满意，回电13912345678", "signature": scan}
    assert _answer(intake, demand, body).status_code == 201
    (row,) = intake.told("demand.confirmed")
    assert NAME not in str(row.data) and "13912345678" not in str(row.data) and "很满意" in row.data["opinion"]
    with intake.database.read() as session:
        kept = session.execute(select(Confirmation)).scalar_one()
        assert (kept.signed, kept.satisfaction) == ("scan", "yes")
        assert NAME not in f"{kept.opinion}{kept.original!r}"


def _told(intake: Intake, demand: Any, digest: str) -> None:
    done = {"status": status("completed", "done"), "result": RESULT, "at": "2024-10-08T07:00:00Z"}
    intake.hears("demand.completed", demand["id"], cycle=1, result_sha256=digest, **done)


def test_a_signature_is_bound_to_the_words_that_were_read(intake: Intake) -> None:
    demand = _completed(intake, "B")
    _told(intake, demand, "a" * 64)
    shown = intake.get(f"/api/v1/demands/{demand['number']}").json
    assert shown is not None and shown["result_sha256"] == "a" * 64
    _told(intake, demand, "b" * 64)  # the result was put otherwise meanwhile
    body = {"satisfaction": "满意", "signature": SIGNATURE, "result_sha256": "a" * 64}
    answer = _answer(intake, demand, body)
    assert (answer.status_code, answer.json["code"]) == (409, "result-changed")
    assert intake.told("demand.confirmed") == []
    malformed = _answer(intake, demand, {**body, "result_sha256": "B" * 64})
    assert [(row["pointer"], row["code"]) for row in malformed.json["errors"]] == [("/result_sha256", "form")]
    assert _answer(intake, demand, {**body, "result_sha256": "b" * 64}).json["result_sha256"] == "b" * 64
    (row,) = intake.told("demand.confirmed")
    signed = (row.data["signed"], row.data["signature_method"], row.data["result_sha256"])
    assert signed == (True, "electronic", "b" * 64)


@pytest.mark.parametrize(
    ("policy", "word", "code"),
    [
        ("A", "是", "satisfied"),
        ("A", "否", "not_satisfied"),
        ("B", "比较满意", "rather_satisfied"),
        ("C", "很不满意", "not_satisfied"),
        ("D", "五星", "5"),
        ("D", "2星", "2"),
    ],
)
def test_the_released_scales_know_other_words_and_are_never_mixed(policy: str, word: str, code: str) -> None:
    found = {one: _level(one, word) for one in ("A", "B", "C", "D")}
    assert found[policy] == code
    assert all(level is None or one == policy or {one, policy} == {"B", "C"} for one, level in found.items())


def _level(policy: str, word: str) -> str | None:
    try:
        return level(installed().pinned(policy, "1").feedback, Answer(satisfaction=word)).code
    except Refused:
        return None


def test_within_the_grace_a_customer_objects_once_even_after_a_yes(make_intake: Any, tmp_path: Any) -> None:
    intake = make_intake(f"sqlite:///{tmp_path}/grace.sqlite", released())
    demand = _completed(intake, "C")
    _told(intake, demand, "a" * 64)
    assert _answer(intake, demand, {"satisfaction": "满意"}).status_code == 201
    intake.hears("demand.closed", demand["id"], cycle=1, status=status("closed", "done"))
    assert _answer(intake, demand, {"satisfaction": "满意"}).json["code"] == "demand-closed"
    answer = _answer(intake, demand, {"satisfaction": "不满意", "opinion": "又坏了"})
    assert answer.status_code == 201, answer.json
    (row,) = intake.told("demand.disputed")
    assert (row.data["cycle"], row.data["satisfaction"]) == (1, "not_satisfied")
    assert _answer(intake, demand, {"satisfaction": "不满意"}).json["code"] == "already-answered"
    intake.hears("cycle.started", demand["id"], cycle=2, status=status("in_progress"), at="2024-10-09T07:00:00Z")
    _complete(intake, demand, 2)
    intake.hears("demand.closed", demand["id"], cycle=2, status=status("closed", "done"))
    intake.hears("demand.locked", demand["id"], cycle=2, status=status("closed", "done"), at="2024-10-20T07:00:00Z")
    refused = _answer(intake, demand, {"satisfaction": "不满意"})
    assert (refused.status_code, refused.json["code"]) == (409, "demand-locked")
    shown = intake.get(f"/api/v1/demands/{demand['number']}").json
    assert shown is not None and shown["locked_at"] == "2024-10-20T07:00:00Z"


def test_what_was_taken_back_is_not_objected_to(make_intake: Any, tmp_path: Any) -> None:
    intake = make_intake(f"sqlite:///{tmp_path}/grace.sqlite", released())
    demand = _completed(intake, "C")
    intake.hears("demand.closed", demand["id"], cycle=1, status=status("closed", "withdrawn"))
    assert _answer(intake, demand, {"satisfaction": "不满意"}).json["code"] == "demand-closed"


def test_only_whose_demand_it_is_may_answer(intake: Intake) -> None:
    demand = _completed(intake, "C")
    body = {"satisfaction": "满意"}
    assert _answer(intake, demand, body, credential=intake.add_channel("other")).status_code == 404
    assert _answer(intake, demand, body, credential=intake.staff("auditor")).status_code == 403
    assert _answer(intake, demand, body, If_Match='"v9"').status_code == 412
    assert _answer(intake, demand, body, credential=intake.staff("lead")).status_code == 201


def _withdraw(intake: Intake, demand: Any, body: Any, **more: Any) -> Any:
    return intake.call(f"{demand['number']}/withdraw", body, **more)


def test_a_demand_is_taken_back_once(intake: Intake) -> None:
    demand = intake.post({"description": "订单模块无法批量导出备注栏", "customer": {"name": NAME}}).json
    answer = _withdraw(intake, demand, {"reason": f"{NAME}自己找到了"})
    assert (answer.status_code, answer.json["version"]) == (200, 2)
    (row,) = intake.told("demand.withdrawn")
    assert row.version == 2 and row.data["reason"].endswith("自己找到了") and NAME not in row.data["reason"]
    again = _withdraw(intake, demand, {})
    assert (again.status_code, again.json["code"]) == (409, "demand-withdrawn")
    shown = intake.get(f"/api/v1/demands/{demand['number']}").json
    assert shown is not None and shown["withdrawn_at"] == answer.json["withdrawn_at"]
    assert intake.call(f"{demand['number']}/supplements", {"product": "x"}).json["code"] == "demand-withdrawn"


def test_nobody_takes_back_what_is_handled_or_somebody_elses(intake: Intake) -> None:
    demand = _completed(intake, "C")
    assert _withdraw(intake, demand, {}, credential=intake.add_channel("other")).status_code == 404
    assert _withdraw(intake, demand, {}).json["code"] == "not-now"
    intake.hears("demand.closed", demand["id"], cycle=1, status=status("closed", "done"))
    answer = _withdraw(intake, demand, {})
    assert (answer.status_code, answer.json["code"]) == (409, "demand-closed")
