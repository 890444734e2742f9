"""A migrated read store on each database the run offers, fed through the real gate."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from services.reporting import wiring
from services.reporting.handlers import HANDLERS
from services.reporting.tables import Base
from shared import migrate
from shared.auth import sign_token
from shared.clock import format_time
from shared.db import Database
from shared.ids import new_id
from shared.keyset import generate_signing_key, public_jwk
from shared.messaging.envelope import Event, encode
from shared.messaging.gate import Gate

RECEIVED_AT = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)  # half past midnight of the 24th in Shanghai


@dataclass
class Reporting:
    """A reporting under test."""

    app: Flask
    database: Database
    gate: Gate
    signing_key: str

    def get(self, path: str, role: str | None = "manager") -> Any:
        """GET as somebody with one role, or without credentials."""
        claims = {"sub": "u-1", "kind": "staff", "roles": [role]}
        life = timedelta(minutes=5)
        token = sign_token(self.signing_key, issuer="triage", audience="reporting", claims=claims, lifetime=life)
        headers = {"Authorization": f"Bearer {token}"} if role else {}
        return self.app.test_client().get(f"/reporting/api/v1{path}", headers=headers)

    def take(self, *events: Event) -> None:
        """Bring events through the gate."""
        for event in events:
            self.gate.receive(encode(event))


def open_reporting(url: str, directory: Path) -> Reporting:
    """A reporting over a fresh database."""
    migrate.upgrade("reporting", url)
    key = generate_signing_key()
    (directory / "jwks.json").write_text(json.dumps({"keys": [public_jwk(key, "triage")]}))
    environ = {"REPORTING_DATABASE_URL": url, "DEMANDFLOW_JWKS_FILE": str(directory / "jwks.json")}
    database = Database(url)
    gate = Gate("reporting", database, HANDLERS, None)
    return Reporting(wiring.create_app(environ), database, gate, key)


@pytest.fixture
def reporting(database_url: str, tmp_path: Path) -> Iterator[Reporting]:
    found = open_reporting(database_url, tmp_path)
    yield found
    found.database.dispose()


def dump(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the read store, in order."""
    with database.engine.connect() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(table.select())), key=repr)
            for table in Base.metadata.sorted_tables
        }


class Streams:
    """Makes events with gapless versions per source and subject."""

    def __init__(self) -> None:
        self._versions: dict[tuple[str, str], int] = {}

    def event(self, source: str, kind: str, subject: str, data: dict[str, Any], at: datetime = RECEIVED_AT) -> Event:
        """The stream's next event."""
        key = (source, subject)
        self._versions[key] = self._versions.get(key, 0) + 1
        return Event(new_id(), source, f"demandflow.{kind}.v1", subject, self._versions[key], 1, at, data)


def story(demand_id: str, customer: str = "YQ1", number: str | None = None) -> dict[str, list[Event]]:
    """One demand's whole life as reporting hears it, by source."""
    made, subject = Streams(), f"demand/{demand_id}"
    base = {"demand_id": demand_id, "number": number or f"M{demand_id}"}
    due = format_time(RECEIVED_AT + timedelta(hours=4))
    clock = {"id": f"{demand_id}/first", "kind": "first_response", "cycle": 1, "occurrence": 1, "due_at": due}
    clock |= {"approaching_at": None, "provisional": False, "met_at": None, "breached_at": None}
    pin = {"code": "C", "version": "1", "sha256": "0" * 64}
    facts = {"number": customer, "masked_name": "王*", "kind": "person", "tier": None, "value": None}
    known = {**facts, "industry": None, "company_name": None}
    customers = [made.event("intake", "customer.changed", f"customer/{customer}", known)]
    received = {
        **base, "policy": pin, "channel": "web", "channel_kind": "web", "received_at": format_time(RECEIVED_AT),
        "customer": facts, "urgency": "high", "product": None, "quality": {"vague": ["description"], "missing": []},
        "first_response_by": due,
    }  # fmt: skip
    triaged = {
        **base, "policy": pin, "type": {"code": "inquiry", "label": "咨询", "category": "inquiry"},
        "priority": {"rank": 1, "code": "high", "label": "高"}, "route": {"lead": "SUP", "joining": []},
        "status": {"category": "pending", "label": "待处理", "resolution": None}, "deadlines": [clock],
        "first_response_by": due,
    }  # fmt: skip
    late = {**clock, "breached_at": format_time(RECEIVED_AT + timedelta(hours=5))}
    breach = {
        **base,
        "deadline_id": clock["id"],
        "kind": "first_response",
        "due_at": due,
        "breached_at": late["breached_at"],
    }
    routed = {**base, "route": {"lead": "CSR", "joining": []}, "declined_by": "SUP"}
    met = {**late, "met_at": late["breached_at"]}
    accepted = {
        **base, "department": "CSR", "accepted_at": late["breached_at"], "accepted_by": "department:CSR",
        "status": {"category": "in_progress", "label": "处理中", "resolution": None},
    }  # fmt: skip
    notice = {**base, "notice_id": "n", "kind": "acknowledgement", "carrier": "email", "audience": "customer"}
    notice |= {"attempt": 1, "at": format_time(RECEIVED_AT), "reason": None}
    return {
        "intake": [*customers, made.event("intake", "demand.received", subject, received)],
        "triage": [
            made.event("triage", "demand.triaged", subject, triaged),
            made.event("triage", "demand.routed", subject, routed),
            made.event("triage", "deadline.breached", subject, breach),
            made.event("triage", "demand.accepted", subject, accepted),
            made.event("triage", "deadlines.changed", subject, {**base, "deadlines": [met]}),
        ],
        "notifier": [
            made.event("notifier", "notice.failed", subject, {**notice, "reason": "smtp"}),
            made.event("notifier", "notice.sent", subject, notice),
            made.event("notifier", "timer.reached", subject, {**base, "deadline_id": "x"}),
        ],
    }  # fmt: skip
