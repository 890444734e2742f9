"""A migrated notifier on each database the run offers, real mail and webhook servers, other services at the edge."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default as mail_policy
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from flask import Flask
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from services.notifier import wiring
from services.notifier.domain.addresses import read_allowed
from services.notifier.domain.letters import Attachment
from services.notifier.domain.mailings import Invitation, Mailing, Spared
from services.notifier.domain.notices import Asked, Reached
from services.notifier.gateways.ask import Unreachable
from services.notifier.gateways.contacts import Colleague, Contact
from services.notifier.gateways.mail import Mailer
from services.notifier.gateways.webhooks import Webhooks
from services.notifier.handlers import HANDLERS
from services.notifier.jobs.attempts import Office
from services.notifier.jobs.ring_timers import ring_timers
from services.notifier.jobs.send_notices import send_notices
from services.notifier.tables import CampaignLetter, Notice
from services.notifier.usecases.tell import Planner
from shared.auth import sign_token
from shared.clock import format_time, system_now
from shared.contracts.events import check
from shared.db import Database
from shared.keyset import generate_signing_key, public_jwk
from shared.messaging.envelope import Event, encode
from shared.messaging.gate import Gate
from shared.messaging.tables import outbox
from shared.operations.broker import free_ports
from shared.policies.loader import installed
from tests.notifier.receiver import Receiver
from tests.prepared import prepare

DUE = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
NAME, ADDRESS = "王女士", "wang@example.com"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class Postbox:
    """A real SMTP server; what it answers to RCPT and after DATA can be set."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.to_recipient = self.to_data = "250 ok"

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        if self.to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.mails.append(BytesParser(EmailMessage, policy=mail_policy).parsebytes(envelope.content))
        return self.to_data


@dataclass
class Vault:
    """Intake's contacts, as a stand-in at our edge."""

    contact: Contact | None = field(default_factory=lambda: Contact(NAME, ADDRESS))
    down: bool = False
    asked: list[str] = field(default_factory=list)

    def of(self, customer_number: str) -> Contact | None:
        self.asked.append(customer_number)
        if self.down:
            raise Unreachable("down")
        return self.contact


@dataclass
class Staff:
    """Triage's staff, as a stand-in at our edge. people: (staff id, department, role)."""

    people: list[tuple[str, str, str]] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)

    def of(self, staff_id: str) -> Colleague | None:
        found = next((one for one, _, _ in self.people if one == staff_id), None)
        return None if found is None else Colleague(found, found, f"{found}@example.org")

    def reached(self, asked: Asked) -> tuple[Reached, ...]:
        self.asked.append(asked)
        links = (
            ("handler", lambda one, department, role: one == asked.staff_id),
            ("department", lambda one, department, role: department == asked.department and not asked.role),
            ("department_lead", lambda one, department, role: department == asked.department and role == "lead"),
        )
        for why, fits in links:
            found = tuple(Reached(one[0], why) for one in self.people if fits(*one))
            if found:
                return found
        return ()


@dataclass
class Campaigns:
    """Intake's letters, as a stand-in at our edge. answers: customer number -> what is answered, else a letter."""

    answers: dict[str, Invitation | Spared] = field(default_factory=dict)
    down: bool = False
    asked: list[str] = field(default_factory=list)

    def to(self, mailing: Mailing) -> Invitation | Spared:
        self.asked.append(mailing.customer_number)
        if self.down:
            raise Unreachable("down")
        number = mailing.customer_number
        words = f"http://127.0.0.1:8001/f/{mailing.campaign}?to={number}\n"
        return self.answers.get(number) or Invitation(
            f"{number}@example.com".lower(), "老客户升级意向回访", words, "zh"
        )


@dataclass
class Papers:
    """Reporting's blank forms, as a stand-in at our edge."""

    form: Attachment | None = field(default_factory=lambda: Attachment("D-unified.docx", DOCX, b"PK blank"))
    down: bool = False

    def blank(self, policy: str, version: str, form: str, language: str) -> Attachment | None:
        if self.down:
            raise Unreachable("down")
        return self.form if self.form is None or language == "zh" else replace(self.form, content=language.encode())


@dataclass
class Notifier:
    """A notifier under test."""

    app: Flask
    database: Database
    gate: Gate
    office: Office
    postbox: Postbox
    vault: Vault
    staff: Staff
    signing_key: str
    clock: Path
    campaigns: Campaigns
    papers: Papers

    def take(self, *events: Event) -> None:
        """Put events through the gate."""
        for event in events:
            self.gate.receive(encode(event))

    def ring(self, at: datetime) -> None:
        """Let the business clock stand there and ring what is due."""
        self.clock.write_text(format_time(at), "utf-8")
        while ring_timers(self.database, self.office.planner):
            pass

    def send(self, carrier: str = "email") -> None:
        """Send until nothing is due."""
        while send_notices(self.office, carrier):
            pass

    def subjects(self) -> list[str]:
        """(to, subject) of every mail that arrived, in order."""
        return [f"{mail['To']} {mail['Subject']}" for mail in self.postbox.mails]

    def rows(self, table: Any) -> list[Any]:
        with self.database.read() as session:
            found = list(session.execute(select(table)).scalars())
            session.expunge_all()
        return found

    def states(self) -> set[tuple[str, str, str, str | None]]:
        """(kind, recipient, state, reason) of all notices."""
        return {(row.kind, row.recipient, row.state, row.reason) for row in self.rows(Notice)}

    def published(self) -> list[Any]:
        """Events in order, each of the promised shape."""
        with self.database.read() as session:
            found = list(session.execute(select(outbox).order_by(outbox.c.seq)))
        for row in found:
            assert check(row.type.removeprefix("demandflow.").rpartition(".v")[0], row.data) == {}
        return found

    def hurry(self) -> None:
        """Make every waiting notice and letter due, as time would."""
        with self.database.write() as session:
            past = system_now() - timedelta(seconds=1)
            for table in (Notice, CampaignLetter):
                session.execute(update(table).where(table.next_at.is_not(None)).values(next_at=past))

    def call(self, method: str, path: str, role: str = "operator", **arguments: Any) -> TestResponse:
        """Call the API as somebody with a role."""
        claims = {"sub": "u-1", "kind": "staff", "roles": [role]}
        life = timedelta(minutes=5)
        token = sign_token(self.signing_key, issuer="triage", audience="notifier", claims=claims, lifetime=life)
        headers = {"Authorization": f"Bearer {token}", **arguments.pop("headers", {})}
        return self.app.test_client().open(f"/notifier/api/v1{path}", method=method, headers=headers, **arguments)

    def get(self, path: str, role: str = "operator") -> Any:
        return self.call("GET", path, role)


@pytest.fixture
def postbox() -> Iterator[tuple[Postbox, int]]:
    box, port = Postbox(), free_ports(1)[0]
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    yield box, port
    server.stop()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A real HTTP server on loopback that takes webhooks."""
    found = Receiver()
    yield found
    found.close()


@pytest.fixture
def notifier(
    database_url: str, tmp_path: Path, postbox: tuple[Postbox, int], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Notifier]:
    clock = tmp_path / "clock"
    clock.write_text(format_time(DUE - timedelta(days=1)), "utf-8")
    monkeypatch.setenv("DEMANDFLOW_MODE", "test")
    monkeypatch.setenv("DEMANDFLOW_CLOCK_FILE", str(clock))
    key = generate_signing_key()
    (tmp_path / "jwks.json").write_text(json.dumps({"keys": [public_jwk(key, "triage")]}))
    environ = {
        "NOTIFIER_DATABASE_URL": database_url,
        "DEMANDFLOW_JWKS_FILE": str(tmp_path / "jwks.json"),
        "NOTIFIER_WEBHOOK_ALLOW": "127.0.0.0/8",
    }
    prepare("notifier", database_url, lambda fresh: wiring.upgrade({**environ, "NOTIFIER_DATABASE_URL": fresh}))
    database = Database(database_url)
    office = Office(
        database=database,
        planner=Planner(installed(), "example.org"),
        customers=(vault := Vault()),
        staff=(staff := Staff()),
        mail=Mailer(f"smtp://127.0.0.1:{postbox[1]}", "notices@example.org"),
        webhooks=Webhooks(read_allowed("127.0.0.0/8"), seconds=1.0),
        invitations=(campaigns := Campaigns()),
        forms=(papers := Papers()),
    )
    gate = Gate("notifier", database, HANDLERS, office.planner)
    app = wiring.create_app(environ)
    yield Notifier(app, database, gate, office, postbox[0], vault, staff, key, clock, campaigns, papers)
    database.dispose()
