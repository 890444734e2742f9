"""The same key gives the same demand, whatever happens in between."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import func, select

from services.intake.tables import Demand
from shared.http.tables import idempotency
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


def test_a_reference_counts_beside_a_key(intake: Intake) -> None:
    referral = {**BODY, "referral": {"partner": "dealer", "reference": "R-1"}}
    first = intake.post(referral, Idempotency_Key="k1")
    assert intake.post(referral, Idempotency_Key="k2").json == first.json
    assert intake.post(referral, Idempotency_Key="k2").json == first.json
    assert _count(intake) == 1


MAIL = {**BODY, "message_id": "<20241008.1430@mail.example.cn>"}


def test_one_mail_in_two_mailboxes_is_one_demand(intake: Intake) -> None:
    keys = [intake.add_channel(code, "email") for code in ("service", "sales")]
    answers = [intake.post(MAIL, key=key) for key in (*keys, keys[0])]
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json["number"] for answer in answers if answer.json}) == 1 and _count(intake) == 1
    assert intake.post({**MAIL, "subject": "其他"}, key=keys[1]).status_code == 422
    assert intake.post({**MAIL, "message_id": "<other@mail.example.cn>"}, key=keys[1]).status_code == 201


def test_elsewhere_a_message_id_counts_within_its_channel(intake: Intake) -> None:
    assert intake.post(MAIL).json == intake.post(MAIL).json
    assert intake.post(MAIL, key=intake.add_channel("service", "email")).status_code == 201
    assert _count(intake) == 2
    assert intake.post({**BODY, "message_id": "x" * 251}).status_code == 422


def test_a_mail_alone_and_in_a_batch_is_one_demand(intake: Intake) -> None:
    key = intake.add_channel("service", "email")
    first = intake.post(MAIL, key=key).json
    lines = "\n".join(json.dumps(MAIL) for _ in range(2))
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/x-ndjson"}
    answer = intake.client().post("/intake/api/v1/demands:batch", data=lines, headers=headers).json
    assert answer is not None and [row["demand"] for row in answer["results"]] == [first, first]
    assert _count(intake) == 1


def test_what_names_a_report_is_kept_only_as_a_keyed_hash(intake: Intake) -> None:
    intake.post(MAIL, key=intake.add_channel("service", "email"))
    with intake.database.read() as session:
        kept = [str(dict(row)) for row in session.execute(select(idempotency)).mappings()]
    bare = hashlib.sha256(f"message:{MAIL['message_id']}".encode()).hexdigest()
    assert len(kept) == 1 and MAIL["message_id"] not in kept[0] and bare not in kept[0]
