"""A migrated triage: its application, its gate and its command desk, on one database."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from services.triage import wiring
from services.triage.domain.records import Delivery
from services.triage.tables import Case
from services.triage.usecases import log_in
from services.triage.usecases.keep_departments import WantedDepartment, set_department
from services.triage.usecases.keep_staff import WantedStaff, set_staff
from shared.auth import sign_token
from shared.clock import business_now, format_time, parse_time
from shared.contracts.events import check
from shared.db import Database
from shared.ids import new_id
from shared.keyset import generate_signing_key, public_jwk
from shared.messaging.commands import CommandDesk
from shared.messaging.envelope import Event, encode
from shared.messaging.gate import Gate
from shared.messaging.tables import cursors, outbox
from shared.messaging.topology import inbox
from shared.policies import loader
from tests.prepared import prepare

PEPPER = "a pepper for tests only"
INQUIRY = "订单20231008001显示已发货，三天没有物流更新，想知道何时送达、为什么停滞"
COMPLAINT = "上周报的系统维护需求一直没人答复，业务受影响"
SUGGESTION = "希望在个人中心自己选发票抬头（公司或个人），现在要找客服改"
_UNSIGNED = {"demand.confirmed": {"signature_method": None, "result_sha256": None}}
"""What an answer says that no test of ours looks at."""
JUDGED = {
    "feasibility": {name: {"verdict": "yes"} for name in ("technical", "strategy", "resources")},
    "resources": {"people": 1},
}
"""What policy B wants an evaluation to say besides."""
RECEIVED_AT = datetime(2024, 10, 8, 6, 30, tzinfo=UTC)
"""A Tuesday after the holidays, 14:30 in Shanghai; the clock of these tests stands here until it is moved."""


def local(text: str) -> datetime:
    """A time in Shanghai such as 2024-10-09 14:30, as aware UTC."""
    return datetime.fromisoformat(f"{text}+08:00").astimezone(UTC)


def received(description: str = INQUIRY, policy: str = "C", **changes: Any) -> Event:
    """demand.received of a fresh demand, under C unless said; changes: fields of its data."""
    pinned = loader.installed().pinned(policy, "1")
    demand_id = new_id()
    data = {
        "demand_id": demand_id,
        "number": f"M{demand_id[-12:]}",
        "policy": {"code": policy, "version": "1", "sha256": pinned.sha256},
        "channel": "web",
        "channel_kind": "web",
        "department": "CSR",
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
        "known_customer": False,
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
        "budget": None,
        "related_number": None,
        "fields": {},
        "feedback": {"kind": None, "text": None, "stars": None},
        "partner": None,
        "quality": {"vague": [], "missing": []},
        "first_response_by": format_time(RECEIVED_AT + timedelta(hours=72)),
        "language": "zh",
        "reachable_by": ["phone"],
        "preferred_channel": None,
        "historic": None,
        **changes,
    }
    return heard("demand.received", data, version=1)


def heard(kind: str, data: dict[str, Any], *, version: int) -> Event:
    """An event of intake about a demand."""
    assert check(kind, data) == {}
    subject = f"demand/{data['demand_id']}"
    return Event(new_id(), "intake", f"demandflow.{kind}.v1", subject, version, 1, RECEIVED_AT, data)


@dataclass
class Triage:
    """A triage under test; keys: department -> its tool's API key."""

    environ: dict[str, str]
    app: Flask
    database: Database
    gate: Gate
    desk: CommandDesk
    signing_key: str
    clock: Path
    keys: dict[str, str] = field(default_factory=dict)

    def at(self, moment: datetime | str) -> datetime:
        """Set the clock, by a moment or a time in Shanghai; returns it."""
        now = local(moment) if isinstance(moment, str) else moment
        self.clock.write_text(format_time(now), "utf-8")
        return now

    def receive(self, *events: Event) -> None:
        """Put events through the gate."""
        for event in events:
            self.gate.receive(encode(event), queue=inbox("triage"))

    def demand(self, description: str = INQUIRY, **changes: Any) -> str:
        """A triaged demand; returns its number."""
        event = received(description, **changes)
        self.receive(event)
        return str(event.data["number"])

    def hear(self, number: str, kind: str, **data: Any) -> None:
        """Let the demand's customer say something through intake."""
        with self.database.read() as session:
            row = session.execute(select(Case.id).where(Case.number == number)).one()
            position = session.execute(
                select(cursors.c.version).where(cursors.c.source == "intake", cursors.c.subject == f"demand/{row.id}")
            ).scalar_one()
        whole = {"demand_id": row.id, "number": number, **_UNSIGNED.get(kind, {}), **data}
        event = heard(kind, whole, version=position + 1)
        self.receive(replace(event, time=business_now()))

    def act(self, number: str, action: str, *, by: str = "lead", **body: Any) -> dict[str, Any]:
        """Do something about a demand as staff would; returns the answer, which must be good."""
        answer = self.call("POST", f"/demands/{number}/{action}", self.token(by), json=body)
        assert answer.status_code == 200, answer.json
        return dict(answer.json or {})

    def refused(self, number: str, action: str, *, by: str = "lead", **body: Any) -> str:
        """The code of the problem that stands against an action: of its first error where there is one."""
        answer = self.call("POST", f"/demands/{number}/{action}", self.token(by), json=body)
        assert answer.mimetype == "application/problem+json" and answer.json is not None, answer.data
        return str(answer.json["errors"][0]["code"] if answer.json.get("errors") else answer.json["code"])

    def shown(self, number: str) -> dict[str, Any]:
        """A demand as staff sees it."""
        answer = self.call("GET", f"/demands/{number}")
        assert answer.status_code == 200, answer.json
        return dict(answer.json or {})

    def due(self, number: str, code: str) -> list[str]:
        """When a clock's occurrences of a demand are due, as times in Shanghai; none that was superseded."""
        found = [one for one in self.shown(number)["deadlines"] if one["code"] == code and not one["superseded_at"]]
        zone = ZoneInfo("Asia/Shanghai")
        return [parse_time(one["due_at"]).astimezone(zone).strftime("%Y-%m-%d %H:%M") for one in found]

    def command(self, department: str, verb: str, *, user_id: str | None = None, id: str = "", **body: Any) -> Any:
        """Send a command; returns the reply's outbox row, None when there is no new one."""
        before = len(self.published())
        raw = json.dumps({"id": id or new_id(), **body}).encode()
        self.desk.receive(raw, routing_key=f"{department}.{verb}", user_id=user_id or f"dept-{department}")
        replies = ("demandflow.work.accepted.v1", "demandflow.work.refused.v1")
        new = [row for row in self.published()[before:] if row.type in replies]
        assert len(new) <= 1
        return new[0] if new else None

    def department(self, code: str, delivery: Delivery = "workbench") -> str:
        """Set a department's delivery; returns its key."""
        with self.database.write() as session:
            wanted = WantedDepartment(code, delivery)
            self.keys[code] = set_department(session, wanted, pepper=PEPPER, now=business_now())
        return self.keys[code]

    def person(self, login: str, name: str, *roles: str) -> str:
        """Add somebody who works here; returns the log-in name."""
        with self.database.write() as session:
            set_staff(session, WantedStaff(login, name, roles), now=business_now())
        return login

    def token(self, *roles: str, sub: str = "u-1", department: str | None = None) -> str:
        """A person's token."""
        claims = {"sub": sub, "kind": "staff", "roles": list(roles), "department": department}
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

    def stream(self, demand_id: str) -> list[Any]:
        """Outbox rows of one demand's own stream, in order."""
        query = select(outbox).where(outbox.c.subject == f"demand/{demand_id}").order_by(outbox.c.version)
        with self.database.read() as session:
            return list(session.execute(query).all())

    def rows(self, table: Any) -> list[Any]:
        """All rows of a table or of a table's class."""
        found = getattr(table, "__table__", table)
        with self.database.read() as session:
            return list(session.execute(select(found)).all())


@pytest.fixture(autouse=True, scope="session")
def quick_passwords() -> Iterator[None]:
    """Argon2 at its least: dozens of people are hired and log in here, and how hard a hash is to guess is not asked."""
    quick = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(log_in, "_HASHER", quick)
        patch.setattr(log_in, "_NOBODY", quick.hash("nobody"))
        yield


@pytest.fixture
def make_triage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Triage]]:
    """Builds a triage on a database url; at the end, all that it published must be as promised."""
    made: list[Triage] = []
    clock = tmp_path / "clock"
    clock.write_text(format_time(RECEIVED_AT), "utf-8")
    monkeypatch.setenv("DEMANDFLOW_MODE", "test")
    monkeypatch.setenv("DEMANDFLOW_CLOCK_FILE", str(clock))

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
        prepare("triage", url, lambda fresh: wiring.upgrade({**environ, "TRIAGE_DATABASE_URL": fresh}))
        worker = wiring.create_worker(environ=environ)
        assert worker.command_handler is not None
        triage = Triage(
            environ=environ,
            app=wiring.create_app(environ),
            database=worker.database,
            gate=Gate(worker.service, worker.database, worker.handlers, worker.ctx),
            desk=CommandDesk(worker.service, worker.database, worker.command_handler, worker.ctx),
            signing_key=signing_key,
            clock=clock,
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
    """timer.reached of the latest deadline of a clock, ringing at `at`."""
    shown = triage.shown(number)
    deadline = [one for one in shown["deadlines"] if one["code"] == clock and not one["superseded_at"]][-1]
    data = {
        "demand_id": shown["id"],
        "deadline_id": deadline["id"],
        "kind": deadline["kind"],
        "due_at": deadline["due_at"],
        "at": format_time(at),
    }
    subject = f"demand/{shown['id']}"
    event = Event(new_id(), "notifier", "demandflow.timer.reached.v1", subject, 1, 1, at, data)
    return replace(event, version=version)
