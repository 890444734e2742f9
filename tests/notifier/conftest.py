"""A migrated notifier on each database the run offers, a real SMTP server, and intake's vault at the edge."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
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

from services.notifier import wiring
from services.notifier.gateways.contacts import Contact, Unreachable
from services.notifier.gateways.mail import Mailer
from services.notifier.handlers import HANDLERS
from services.notifier.handlers.context import Context
from services.notifier.jobs.send_notices import Office
from services.notifier.tables import Notice
from shared import migrate
from shared.auth import sign_token
from shared.clock import format_time, system_now
from shared.contracts.events import check
from shared.db import Database
from shared.ids import new_id
from shared.keyset import generate_signing_key, public_jwk
from shared.messaging.envelope import Event, encode
from shared.messaging.gate import Gate
from shared.messaging.tables import outbox
from shared.operations.broker import free_ports
from shared.policies.loader import installed

DUE = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
NAME, ADDRESS = "王女士", "wang@example.com"


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
class Notifier:
    """A notifier under test."""

    app: Flask
    database: Database
    gate: Gate
    office: Office
    postbox: Postbox
    vault: Vault
    signing_key: str

    def take(self, *events: Event) -> None:
        for event in events:
            self.gate.receive(encode(event))

    def rows(self, table: Any) -> list[Any]:
        with self.database.read() as session:
            found = list(session.execute(select(table)).scalars())
            session.expunge_all()
        return found

    def published(self) -> list[Any]:
        """Events in order, each of the promised shape."""
        with self.database.read() as session:
            found = list(session.execute(select(outbox).order_by(outbox.c.seq)))
        for row in found:
            assert check(row.type.removeprefix("demandflow.").rpartition(".v")[0], row.data) == {}
        return found

    def hurry(self) -> None:
        """Make every waiting notice due, as time would."""
        with self.database.write() as session:
            session.execute(update(Notice).values(next_at=system_now() - timedelta(seconds=1)))

    def get(self, path: str, role: str = "operator") -> Any:
        claims = {"sub": "u-1", "kind": "staff", "roles": [role]}
        life = timedelta(minutes=5)
        token = sign_token(self.signing_key, issuer="triage", audience="notifier", claims=claims, lifetime=life)
        headers = {"Authorization": f"Bearer {token}"}
        return self.app.test_client().get(f"/notifier/api/v1{path}", headers=headers)


@pytest.fixture
def postbox() -> Iterator[tuple[Postbox, int]]:
    box, port = Postbox(), free_ports(1)[0]
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    yield box, port
    server.stop()


@pytest.fixture
def notifier(database_url: str, tmp_path: Path, postbox: tuple[Postbox, int]) -> Iterator[Notifier]:
    migrate.upgrade("notifier", database_url)
    key = generate_signing_key()
    (tmp_path / "jwks.json").write_text(json.dumps({"keys": [public_jwk(key, "triage")]}))
    environ = {"NOTIFIER_DATABASE_URL": database_url, "DEMANDFLOW_JWKS_FILE": str(tmp_path / "jwks.json")}
    database, vault = Database(database_url), Vault()
    gate = Gate("notifier", database, HANDLERS, Context(installed(), "example.org"))
    mailer = Mailer(f"smtp://127.0.0.1:{postbox[1]}", "notices@example.org")
    office = Office(database, installed(), vault, mailer)
    yield Notifier(wiring.create_app(environ), database, gate, office, postbox[0], vault, key)
    database.dispose()


def received(demand_id: str = "d1", **changes: Any) -> Event:
    """demand.received of a customer with a mail address."""
    policy = installed().pinned("C", "1")
    data = {
        "demand_id": demand_id, "number": f"M-{demand_id}", "customer": {"number": "YQ20261124001"}, "language": "zh",
        "policy": {"code": "C", "version": "1", "sha256": policy.sha256}, "reachable_by": ["email", "phone"],
        "first_response_by": format_time(DUE), **changes,
    }  # fmt: skip
    return Event(new_id(), "intake", "demandflow.demand.received.v1", f"demand/{demand_id}", 1, 1, DUE, data)


def deadlines(*rows: dict[str, Any], version: int = 1, demand_id: str = "d1") -> Event:
    """deadlines.changed with the whole set."""
    data = {"demand_id": demand_id, "number": "M1", "deadlines": list(rows)}
    kind = "demandflow.deadlines.changed.v1"
    return Event(new_id(), "triage", kind, f"demand/{demand_id}", version, 1, DUE, data)


def clock(name: str = "first", due: datetime = DUE, **changes: Any) -> dict[str, Any]:
    """One deadline with a warning an hour before it."""
    return {
        "id": f"d1/{name}", "kind": "first_response", "cycle": 1, "occurrence": 1, "due_at": format_time(due),
        "approaching_at": format_time(due - timedelta(hours=1)), "provisional": False, "met_at": None,
        "breached_at": None, **changes,
    }  # fmt: skip
