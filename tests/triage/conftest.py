"""A migrated triage: its application, its gate and its command desk, on one database."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from services.triage import wiring
from services.triage.domain.records import Delivery
from services.triage.usecases.keep_departments import WantedDepartment, set_department
from shared.auth import sign_token
from shared.clock import business_now, format_time, system_now
from shared.contracts.events import check
from shared.db import Database
from shared.ids import new_id
from shared.keyset import generate_signing_key, public_jwk
from shared.messaging.commands import CommandDesk
from shared.messaging.envelope import Event, encode
from shared.messaging.gate import Gate
from shared.messaging.tables import outbox
from shared.messaging.topology import inbox
from shared.policies import loader

PEPPER = "a pepper for tests only"
INQUIRY = "订单20231008001显示已发货，三天没有物流更新，想知道何时送达、为什么停滞"
COMPLAINT = "上周报的系统维护需求一直没人答复，业务受影响"
SUGGESTION = "希望在个人中心自己选发票抬头（公司或个人），现在要找客服改"
RECEIVED_AT = system_now().replace(microsecond=0)


def received(description: str = INQUIRY, **changes: Any) -> Event:
    """demand.received of a fresh demand under C; changes: fields of its data."""
    policy = loader.installed().pinned("C", "1")
    demand_id = new_id()
    data = {
        "demand_id": demand_id,
        "number": f"M{demand_id[-12:]}",
        "policy": {"code": "C", "version": "1", "sha256": policy.sha256},
        "channel": "web",
        "channel_kind": "web",
        "received_at": format_time(RECEIVED_AT),
        "occurred_at": None,
        "customer": {
            "number": "YQ20240506001",
            "masked_name": "王*",
            "kind": "person",
            "industry": None,
            "tier": None,
            "value": None,
            "company_name": None,
        },
        "subject": None,
        "description": description,
        "type": None,
        "urgency": None,
        "impact": {},
        "expected_by": None,
        "order_number": None,
        "product": None,
        "mood": None,
        "wishes": None,
        "related_number": None,
        "fields": {},
        "quality": {"vague": [], "missing": []},
        "first_response_by": format_time(RECEIVED_AT + timedelta(hours=72)),
        "language": "zh",
        "reachable_by": ["phone"],
        "preferred_channel": None,
        **changes,
    }
    assert check("demand.received", data) == {}
    subject = f"demand/{data['demand_id']}"
    return Event(new_id(), "intake", "demandflow.demand.received.v1", subject, 1, 1, RECEIVED_AT, data)


@dataclass
class Triage:
    """A triage under test; keys: department -> its tool's API key."""

    environ: dict[str, str]
    app: Flask
    database: Database
    gate: Gate
    desk: CommandDesk
    signing_key: str
    keys: dict[str, str] = field(default_factory=dict)

    def receive(self, *events: Event) -> None:
        """Put events through the gate."""
        for event in events:
            self.gate.receive(encode(event), queue=inbox("triage"))

    def demand(self, description: str = INQUIRY, **changes: Any) -> str:
        """A triaged demand; returns its number."""
        event = received(description, **changes)
        self.receive(event)
        return str(event.data["number"])

    def command(self, department: str, verb: str, *, user_id: str | None = None, id: str = "", **body: Any) -> Any:
        """Send a command; returns the reply's outbox row, None when there is no new one."""
        before = len(self.published())
        raw = json.dumps({"id": id or new_id(), **body}).encode()
        self.desk.receive(raw, routing_key=f"{department}.{verb}", user_id=user_id or f"dept-{department}")
        new = [row for row in self.published()[before:] if row.subject.startswith("work/")]
        assert len(new) <= 1
        return new[0] if new else None

    def department(self, code: str, delivery: Delivery = "workbench") -> str:
        """Set a department's delivery; returns its key."""
        with self.database.write() as session:
            wanted = WantedDepartment(code, delivery)
            self.keys[code] = set_department(session, wanted, pepper=PEPPER, now=business_now())
        return self.keys[code]

    def token(self, *roles: str) -> str:
        """A person's token."""
        claims = {"sub": "u-1", "kind": "staff", "roles": list(roles)}
        return sign_token(
            self.signing_key, issuer="triage", audience="triage", claims=claims, lifetime=timedelta(minutes=5)
        )

    def call(self, method: str, path: str, credential: str | None = None, **arguments: Any) -> TestResponse:
        """Call the API, as staff unless another credential is given."""
        headers = {"Authorization": f"Bearer {credential or self.token('staff')}", **arguments.pop("headers", {})}
        return self.app.test_client().open(f"/triage/api/v1{path}", method=method, headers=headers, **arguments)

    def published(self, kind: str | None = None) -> list[Any]:
        """Outbox rows in order, of one kind or all."""
        with self.database.read() as session:
            rows = list(session.execute(select(outbox).order_by(outbox.c.seq)).all())
        return [row for row in rows if kind is None or row.type == f"demandflow.{kind}.v1"]

    def rows(self, table: Any) -> list[Any]:
        """All rows of a table or of a table's class."""
        found = getattr(table, "__table__", table)
        with self.database.read() as session:
            return list(session.execute(select(found)).all())


@pytest.fixture
def make_triage(tmp_path: Any) -> Iterator[Callable[[str], Triage]]:
    """Builds a triage on a database url; at the end, all that it published must be as promised."""
    made: list[Triage] = []

    def make(url: str) -> Triage:
        signing_key = generate_signing_key()
        jwks = tmp_path / "jwks.json"
        jwks.write_text(json.dumps({"keys": [public_jwk(signing_key, "triage")]}), "utf-8")
        environ = {
            "TRIAGE_DATABASE_URL": url,
            "TRIAGE_BROKER_URL": "amqp://guest:guest@127.0.0.1:1/",
            "DEMANDFLOW_PEPPER": PEPPER,
            "TRIAGE_SIGNING_KEY": signing_key,
            "DEMANDFLOW_JWKS_FILE": str(jwks),
        }
        wiring.upgrade(environ)
        worker = wiring.create_worker(environ=environ)
        assert worker.command_handler is not None
        triage = Triage(
            environ=environ,
            app=wiring.create_app(environ),
            database=worker.database,
            gate=Gate(worker.service, worker.database, worker.handlers, worker.ctx),
            desk=CommandDesk(worker.service, worker.database, worker.command_handler, worker.ctx),
            signing_key=signing_key,
        )
        made.append(triage)
        return triage

    yield make
    for triage in made:
        for row in triage.published():
            kind = row.type.removeprefix("demandflow.").removesuffix(".v1")
            assert check(kind, row.data) == {}, (kind, row.data)
        triage.database.dispose()


@pytest.fixture
def triage(make_triage: Callable[[str], Triage], database_url: str) -> Triage:
    """A triage on SQLite and on PostgreSQL in turn."""
    return make_triage(database_url)


def timer(triage: Triage, number: str, *, at: datetime, clock: str = "first_response", version: int = 1) -> Event:
    """timer.reached of a demand's deadline, ringing at `at`."""
    shown = triage.call("GET", f"/demands/{number}").json
    assert shown is not None
    deadline = next(one for one in shown["deadlines"] if one["kind"] == clock)
    data = {
        "demand_id": shown["id"],
        "deadline_id": deadline["id"],
        "kind": clock,
        "due_at": deadline["due_at"],
        "at": format_time(at),
    }
    subject = f"demand/{shown['id']}"
    event = Event(new_id(), "notifier", "demandflow.timer.reached.v1", subject, 1, 1, at, data)
    return replace(event, version=version)
