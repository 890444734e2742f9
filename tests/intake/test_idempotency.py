"""The same key gives the same demand, whatever happens in between."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import func, select

from services.intake.tables import Demand
from tests.intake.conftest import Intake
from tests.intake.test_accept import BODY


def _count(intake: Intake) -> int:
    with intake.database.read() as session:
        return session.execute(select(func.count()).select_from(Demand)).scalar_one()


def test_a_repeat_gets_the_first_answer(intake: Intake) -> None:
    first = intake.post(BODY, Idempotency_Key="k1")
    again = intake.post(BODY, Idempotency_Key="k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json and _count(intake) == 1


def test_another_body_under_the_same_key_is_refused(intake: Intake) -> None:
    intake.post(BODY, Idempotency_Key="k1")
    assert intake.post({**BODY, "subject": "其他"}, Idempotency_Key="k1").status_code == 422
    assert _count(intake) == 1


def test_another_channels_key_is_another_key(intake: Intake) -> None:
    intake.post(BODY, Idempotency_Key="k1")
    assert intake.post(BODY, key=intake.add_channel("other"), Idempotency_Key="k1").status_code == 201
    assert _count(intake) == 2


def test_a_refused_request_leaves_its_key_free(intake: Intake) -> None:
    assert intake.post({**BODY, "type": "?"}, Idempotency_Key="k1").status_code == 422
    assert intake.post(BODY, Idempotency_Key="k1").status_code == 201


def test_a_partners_reference_is_a_key_of_its_own(intake: Intake) -> None:
    referral = {**BODY, "referral": {"partner": "dealer", "reference": "R-1"}}
    first, again = intake.post(referral), intake.post(referral)
    assert first.json == again.json and _count(intake) == 1
    assert intake.post({**referral, "subject": "其他"}).status_code == 422
    assert intake.post({**BODY, "referral": {"partner": "dealer", "reference": "R-2"}}).status_code == 201
    assert intake.post(referral, key=intake.add_channel("other")).status_code == 201
    assert _count(intake) == 3


def test_twins_at_the_same_moment_make_one_demand(intake: Intake) -> None:
    def send(_: int) -> Any:
        return intake.post(BODY, Idempotency_Key="k1")

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(send, range(6)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.json["number"] for answer in answers if answer.status_code == 201}) == 1
    assert _count(intake) == 1
