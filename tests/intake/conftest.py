"""A migrated intake with one channel, on each database the run offers."""

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from services.intake import wiring
from services.intake.domain.rules import Rules
from services.intake.domain.vault import Vault, master_from_text
from services.intake.handlers import HANDLERS
from services.intake.usecases.add_channel import NewChannel, add_channel
from services.intake.usecases.services import Services
from shared import migrate
from shared.auth import sign_token
from shared.clock import system_now
from shared.contracts.events import check
from shared.db import Database
from shared.keyset import generate_signing_key, public_jwk
from shared.messaging.envelope import Event
from shared.messaging.tables import outbox
from tests.intake.policies import rules
from tests.prepared import prepare

PEPPER = "a pepper for tests only"
MASTER = base64.b64encode(bytes(range(32))).decode()


@dataclass
class Intake:
    """An intake under test: its application, its database, a channel's key."""

    app: Flask
    database: Database
    key: str
    keys: dict[str, str] = field(default_factory=dict)
    services: Services | None = None

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

    def call(self, path: str, body: Any, *, credential: str | None = None, **headers: str) -> TestResponse:
        """POST below a demand: `<number>/supplements`, as the channel or with another credential."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client().post(
            f"/intake/api/v1/demands/{path}",
            json=body,
            headers={"Authorization": f"Bearer {credential or self.key}", **given},
        )

    def add_channel(
        self, code: str, kind: str = "web", policy: str = "C", department: str = "CSR", form: str | None = None
    ) -> str:
        """Another channel, allowed all policies; returns its key."""
        wanted = NewChannel(code, policy, kind, ("A", "B", "C", "D"), department, form)
        with self.database.write() as session:
            return add_channel(session, wanted, pepper=PEPPER, now=system_now())

    def staff(self, role: str = "staff") -> str:
        """The token of somebody who works here."""
        claims = {"sub": "u-1", "kind": "staff", "roles": [role]}
        life = timedelta(minutes=5)
        return sign_token(self.keys["triage"], issuer="triage", audience="intake", claims=claims, lifetime=life)

    def told(self, kind: str | None = None) -> list[Any]:
        """The events of a kind so far, or all."""
        with self.database.read() as session:
            rows = session.execute(select(outbox).order_by(outbox.c.seq)).all()
        return [row for row in rows if kind in (None, _kind(row.type))]

    def hears(self, kind: str, demand_id: str, *, event_id: str = "e", **data: Any) -> None:
        """What triage tells of a demand, handled."""
        status = {"code": "pending", "label": "待处理", "category": "pending", "resolution": None}
        facts = {"demand_id": demand_id, "number": "n", "status": status, "by": "staff:u-1", **data}
        event = Event(event_id, "triage", f"demandflow.{kind}.v1", f"demand/{demand_id}", 1, 1, system_now(), facts)
        with self.database.write() as session:
            HANDLERS[event.name](session, event, self.services)


def status(category: str, resolution: str | None = None) -> dict[str, Any]:
    """A status of the small policies, whose codes are the categories."""
    return {"code": category, "label": category, "category": category, "resolution": resolution}


def _kind(event_type: str) -> str:
    return event_type.removeprefix("demandflow.").rpartition(".v")[0]


@pytest.fixture
def make_intake(tmp_path: Any) -> Iterator[Callable[..., Intake]]:
    """Builds an intake on a database url, with our small policies unless others are given."""
    made: list[Intake] = []

    def make(url: str, installed: Rules | None = None) -> Intake:
        prepare("intake", url, lambda fresh: migrate.upgrade("intake", fresh))
        signing = {name: generate_signing_key() for name in ("triage", "notifier", "reporting")}
        jwks = tmp_path / "jwks.json"
        jwks.write_text(json.dumps({"keys": [public_jwk(pem, name) for name, pem in signing.items()]}), "utf-8")
        environ = {
            "INTAKE_DATABASE_URL": url,
            "DEMANDFLOW_PEPPER": PEPPER,
            "INTAKE_MASTER_KEY": MASTER,
            "DEMANDFLOW_JWKS_FILE": str(jwks),
            "INTAKE_MAX_UNSENT": "1000",
            "DEMANDFLOW_PUBLIC_URLS": "http://127.0.0.1:8001/intake http://127.0.0.1:8002/triage",
        }
        app = wiring.create_app(environ, installed or rules())
        database = Database(url)
        services = Services(database, installed or rules(), Vault(master_from_text(MASTER)), 1000)
        intake = Intake(app, database, "", signing, services)
        intake.key = intake.add_channel("test")
        made.append(intake)
        return intake

    yield make
    for intake in made:
        for row in intake.told():
            assert check(_kind(row.type), row.data) == {}, row.type
        intake.database.dispose()


@pytest.fixture
def intake(make_intake: Callable[..., Intake], database_url: str) -> Intake:
    """An intake on SQLite and on PostgreSQL in turn."""
    return make_intake(database_url)
