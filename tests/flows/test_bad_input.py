"""Bad input against intake's real POST /api/v1/demands: told apart, nothing stored, nothing to be sent."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData, func, select

from services.intake.usecases.add_channel import NewChannel, add_channel
from shared.clock import business_now
from shared.db import Database
from shared.migrate import merged
from tests.service_apps import PEPPER, create_app, environment

pytestmark = pytest.mark.slow

LOUD = "zzsecretzz"
GOOD = b'{"description": "the pump drips since yesterday", "customer": {"contact": {"phone": "13800138000"}}}'


@dataclass
class Intake:
    """The application, its database, and a channel's key."""

    app: Any
    database: Database
    key: str
    tables: MetaData

    def post(self, body: bytes, **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {"Content-Type": "application/json", "Authorization": f"Bearer {self.key}"} | named
        return self.app.test_client().post("/intake/api/v1/demands", data=body, headers=sent)

    def rows(self) -> dict[str, int]:
        """Rows of every table but those that hold no demand."""
        kept = set(self.tables.tables) - {"channels", "counters"}
        with self.database.read() as session:
            return {
                name: session.execute(select(func.count()).select_from(self.tables.tables[name])).scalar_one()
                for name in sorted(kept)
            }


@pytest.fixture(scope="module")
def intake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Intake]:
    """Intake on a fresh database with one channel of policy C."""
    home: Path = tmp_path_factory.mktemp("intake")
    environ = environment(home)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environ.items():
            patch.setenv(name, value)
        app = create_app("intake", environ)
        database = Database(environ["INTAKE_DATABASE_URL"])
        with database.write() as session:
            key = add_channel(session, NewChannel("shop", "C"), pepper=PEPPER, now=business_now())
        yield Intake(app, database, key, merged("intake"))
        database.dispose()


def _with(field: bytes) -> bytes:
    return GOOD[:-1] + b", " + field + b"}"


BAD: dict[str, tuple[bytes, dict[str, str], int]] = {
    "empty": (b"", {}, 400),
    "broken": (b'{"description": "zzsecretzz', {}, 400),
    "not-an-object": (b"[]", {}, 422),
    "nan": (_with(b'"impact": {"amount": NaN}'), {}, 400),
    "infinity": (_with(b'"impact": {"amount": -Infinity}'), {}, 400),
    "overflow": (_with(b'"impact": {"amount": 1e999}'), {}, 400),
    "huge-integer": (_with(b'"impact": {"customers": ' + b"9" * 5000 + b"}"), {}, 400),
    "duplicate-key": (_with(b'"description": "zzsecretzz"'), {}, 400),
    "too-deep": (b'{"a":' * 100_000, {}, 400),
    "too-deep-list": (b"[" * 100_000, {}, 400),
    "bom": (b"\xef\xbb\xbf" + GOOD, {}, 400),
    "utf-16": (GOOD.decode().encode("utf-16"), {}, 400),
    "gbk": ('{"description": "客户"}'.encode("gbk"), {}, 400),
    "charset": (GOOD, {"Content-Type": "application/json; charset=utf-7"}, 415),
    "gzip": (GOOD, {"Content-Encoding": "gzip"}, 415),
    "text": (GOOD, {"Content-Type": "text/plain"}, 415),
    "form": (b"description=a", {"Content-Type": "application/x-www-form-urlencoded"}, 415),
    "too-large": (_with(b'"subject": "' + b"a" * 1_100_000 + b'"'), {}, 413),
    "nul": (_with(b'"subject": "a\\u0000b"'), {}, 422),
    "nul-in-key": (_with(b'"fields": {"a\\u0000": "b"}'), {}, 422),
    "lone-surrogate": (_with(b'"subject": "\\ud800"'), {}, 422),
    "unknown-field": (_with(b'"zzunknown": 1'), {}, 422),
    "mass-assignment-status": (_with(b'"status": "closed"'), {}, 422),
    "mass-assignment-id": (_with(b'"id": "1"'), {}, 422),
    "mass-assignment-department": (_with(b'"department": "CSR"'), {}, 422),
    "mass-assignment-channel": (_with(b'"channel": "other"'), {}, 422),
    "nested-unknown": (b'{"description": "a", "customer": {"tier": "gold"}}', {}, 422),
    "wrong-type": (_with(b'"subject": 5'), {}, 422),
    "too-long": (_with(b'"subject": "' + b"zzsecretzz" * 100 + b'"'), {}, 422),
    "phone": (b'{"description": "a", "customer": {"contact": {"phone": "zzsecretzz"}}}', {}, 422),
    "mail-header": (
        b'{"description": "a", "customer": {"contact": {"email": "a@b.org\\r\\nBcc: zzsecretzz@b.org"}}}',
        {},
        422,
    ),
    "no-offset": (_with(b'"occurred_at": "2026-01-01T00:00:00"'), {}, 422),
    "year-0": (_with(b'"occurred_at": "0000-01-01T00:00:00Z"'), {}, 422),
    "year-1": (_with(b'"occurred_at": "0001-01-01T00:00:00+14:00"'), {}, 422),
    "year-9999": (_with(b'"occurred_at": "9999-12-31T23:59:59-14:00"'), {}, 422),
    "expected-by": (_with(b'"expected_by": "zzsecretzz"'), {}, 422),
    "policy": (_with(b'"policy": "zzsecretzz"'), {}, 422),
    "key-too-long": (GOOD, {"Idempotency-Key": "k" * 256}, 400),
    "key-empty": (GOOD, {"Idempotency-Key": ""}, 400),
    "key-unicode": (GOOD, {"Idempotency-Key": "schl\u00fcssel"}, 400),
    "no-credentials": (GOOD, {"Authorization": "Bearer zzsecretzz"}, 401),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_answered_and_leaves_nothing(intake: Intake, name: str) -> None:
    body, headers, status = BAD[name]
    before = intake.rows()
    answer = intake.post(body, **headers)
    assert answer.status_code == status, answer.get_data(as_text=True)
    assert answer.mimetype == "application/problem+json"
    assert LOUD not in answer.get_data(as_text=True), "a problem never repeats what was sent"
    assert intake.rows() == before


def test_unknown_query_parameters_are_refused(intake: Intake) -> None:
    before = intake.rows()
    sent = {"Content-Type": "application/json", "Authorization": f"Bearer {intake.key}"}
    answer = intake.app.test_client().post("/intake/api/v1/demands?stric=true", data=GOOD, headers=sent)
    assert answer.status_code == 422
    assert intake.rows() == before


def test_good_input_is_stored_once_with_its_event(intake: Intake) -> None:
    """Guards the test above: the same harness does see what is stored."""
    before = intake.rows()
    first = intake.post(GOOD, Idempotency_Key="good")
    second = intake.post(GOOD, Idempotency_Key="good")
    other = intake.post(_with(b'"subject": "other"'), Idempotency_Key="good")
    assert first.status_code == 201, first.get_data(as_text=True)
    assert second.json == first.json and other.status_code == 422
    after = intake.rows()
    assert after["demands"] == before["demands"] + 1 and after["idempotency"] == before["idempotency"] + 1
    assert after["outbox"] > before["outbox"]


def test_invisible_characters_do_not_get_in(intake: Intake) -> None:
    body = '{"description": "the e\u0301tage \u202edoor\u200b drips"}'.encode()
    number = intake.post(body).json["number"]
    sent = {"Authorization": f"Bearer {intake.key}"}
    shown = intake.app.test_client().get(f"/intake/api/v1/demands/{number}", headers=sent).json
    assert shown["description"] == "the étage door drips"
