"""Same key and body: the same answer, once. Everything else is told apart."""

import threading
from typing import Any

import pytest
from sqlalchemy import select

from shared.db import Database
from shared.http import idempotency
from shared.http.problems import Problem
from shared.http.tables import idempotency as table

BODY = b'{"text": "a", "count": 1}'


def test_a_repeat_gets_the_first_answer_and_does_nothing(tiny: Any) -> None:
    first = tiny.post(BODY, Idempotency_Key="k1")
    second = tiny.post(b'{"count":1,   "text":"a"}', Idempotency_Key="k1")
    assert (first.status_code, first.json) == (second.status_code, second.json)
    assert tiny.stored() == 1 and tiny.calls == ["a"]


def test_another_body_is_422(tiny: Any) -> None:
    tiny.post(BODY, Idempotency_Key="k1")
    answer = tiny.post(b'{"text": "b"}', Idempotency_Key="k1")
    assert (answer.status_code, answer.json["code"]) == (422, "idempotency-key-reused")
    assert tiny.stored() == 1


def test_without_a_key_each_request_counts(tiny: Any) -> None:
    assert tiny.post(BODY).json != tiny.post(BODY).json
    assert tiny.stored() == 2


@pytest.mark.parametrize("key", ["", "x" * 256, "schlüssel", "tab\tinside", "\x7f"])
def test_unfit_keys_are_400(tiny: Any, key: str) -> None:
    answer = tiny.post(BODY, Idempotency_Key=key)
    assert (answer.status_code, answer.json["code"]) == (400, "idempotency-key-invalid")
    assert tiny.stored() == 0


def test_a_key_of_255_characters_fits(tiny: Any) -> None:
    assert tiny.post(BODY, Idempotency_Key="x" * 255).status_code == 201


@pytest.mark.parametrize(("text", "status"), [("refuse", 409), ("break", 500)])
def test_a_refused_or_failed_request_leaves_the_key_free(tiny: Any, text: str, status: int) -> None:
    assert tiny.post(f'{{"text": "{text}"}}', Idempotency_Key="k1").status_code == status
    assert tiny.post(BODY, Idempotency_Key="k1").status_code == 201


def test_keys_are_kept_as_hashes_under_their_owner(tiny: Any) -> None:
    tiny.post(BODY, Idempotency_Key="order-13800138000")
    with tiny.database.read() as session:
        row = session.execute(select(table)).mappings().one()
    assert row["scope"] == "channel:shop"
    assert len(row["key_hash"]) == 64 and row["subject"].startswith("thing/") and row["status"] == 201


def test_keys_of_two_callers_never_meet(database: Database) -> None:
    with database.write() as session:
        assert idempotency.begin(session, "channel:a", "k", "1" * 64) is None
        assert idempotency.begin(session, "channel:b", "k", "2" * 64) is None


def test_an_unfinished_row_is_in_progress(database: Database) -> None:
    with database.write() as session:
        idempotency.begin(session, "channel:a", "k", "1" * 64)
    with database.write() as session, pytest.raises(Problem) as caught:
        idempotency.begin(session, "channel:a", "k", "1" * 64)
    assert caught.value.status == 409


def test_twins_at_the_same_moment_do_the_work_once(tiny: Any) -> None:
    start, answers = threading.Barrier(4), []

    def send() -> None:
        start.wait()
        answers.append(tiny.post(BODY, Idempotency_Key="twin").json["id"])

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 4 and len(set(answers)) == 1
    assert tiny.stored() == 1
