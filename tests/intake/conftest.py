"""A migrated intake with one channel, on each database the run offers."""

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.intake import wiring
from services.intake.usecases.add_channel import NewChannel, add_channel
from shared import migrate
from shared.clock import system_now
from shared.db import Database
from shared.keyset import generate_signing_key, public_jwk
from tests.intake.policies import TinyRules

PEPPER = "a pepper for tests only"
MASTER = base64.b64encode(bytes(range(32))).decode()


@dataclass
class Intake:
    """An intake under test: its application, its database, a channel's key."""

    app: Flask
    database: Database
    key: str
    keys: dict[str, str] = field(default_factory=dict)

    def client(self) -> FlaskClient:
        """A fresh client, safe in its own thread."""
        return self.app.test_client()

    def post(self, body: Any, *, query: str = "", key: str | None = None, **headers: str) -> TestResponse:
        """POST a demand as the channel; header names with underscores."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client().post(
            f"/intake/api/v1/demands{query}",
            json=body,
            headers={"Authorization": f"Bearer {key or self.key}", **given},
        )

    def get(self, path: str, credential: str | None = None) -> TestResponse:
        """GET as the channel, or with another credential."""
        return self.client().get(path, headers={"Authorization": f"Bearer {credential or self.key}"})

    def add_channel(self, code: str) -> str:
        """Another channel; returns its key."""
        with self.database.write() as session:
            return add_channel(session, NewChannel(code, "C"), pepper=PEPPER, now=system_now())


@pytest.fixture
def make_intake(tmp_path: Any) -> Iterator[Callable[[str], Intake]]:
    """Builds an intake on a database url."""
    made: list[Intake] = []

    def make(url: str) -> Intake:
        migrate.upgrade("intake", url)
        signing = {name: generate_signing_key() for name in ("triage", "notifier", "reporting")}
        jwks = tmp_path / "jwks.json"
        jwks.write_text(json.dumps({"keys": [public_jwk(pem, name) for name, pem in signing.items()]}), "utf-8")
        environ = {
            "INTAKE_DATABASE_URL": url,
            "DEMANDFLOW_PEPPER": PEPPER,
            "INTAKE_MASTER_KEY": MASTER,
            "DEMANDFLOW_JWKS_FILE": str(jwks),
            "INTAKE_MAX_UNSENT": "1000",
        }
        app = wiring.create_app(environ, TinyRules())
        database = Database(url)
        intake = Intake(app, database, "", signing)
        intake.key = intake.add_channel("test")
        made.append(intake)
        return intake

    yield make
    for intake in made:
        intake.database.dispose()


@pytest.fixture
def intake(make_intake: Callable[[str], Intake], database_url: str) -> Intake:
    """An intake on SQLite and on PostgreSQL in turn."""
    return make_intake(database_url)
