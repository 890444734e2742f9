"""A migrated read store on each database the run offers, fed through the real gate."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from flask import Flask
from sqlalchemy import select

from services.reporting import wiring
from services.reporting.child_tables import Base
from services.reporting.gateways.staff_names import StaffNames
from services.reporting.gateways.vault import Vault
from services.reporting.handlers import HANDLERS
from services.reporting.jobs.seal_archives import Registry
from shared.auth import sign_token
from shared.clock import format_time
from shared.contracts.events import check
from shared.db import Database
from shared.keyset import generate_signing_key, public_jwk
from shared.messaging.envelope import Event, encode
from shared.messaging.gate import Gate
from shared.messaging.tables import outbox
from tests.prepared import prepare
from tests.reporting.stories import shanghai


@dataclass
class Reporting:
    """A reporting under test."""

    app: Flask
    database: Database
    gate: Gate
    signing_key: str
    vault: "FakeVault"
    root: Path

    def get(self, path: str, role: str | None = "manager", department: str | None = None) -> Any:
        """GET as somebody with one role, or without credentials."""
        return self.app.test_client().get(f"/reporting/api/v1{path}", headers=self._headers(role, department))

    def post(self, path: str, body: Any, role: str | None = "manager", department: str | None = None) -> Any:
        """POST JSON as somebody with one role, or without credentials."""
        headers = self._headers(role, department)
        return self.app.test_client().post(f"/reporting/api/v1{path}", json=body, headers=headers)

    def _headers(self, role: str | None, department: str | None) -> dict[str, str]:
        if role is None:
            return {}
        claims = {"sub": "u-1", "kind": "staff", "roles": [role], "department": department}
        life = timedelta(minutes=5)
        token = sign_token(self.signing_key, issuer="triage", audience="reporting", claims=claims, lifetime=life)
        return {"Authorization": f"Bearer {token}"}

    @property
    def registry(self) -> Registry:
        """What archiving works with, over the same database and directory."""
        vault = Vault(self.vault.url, self.signing_key)
        staff = StaffNames(self.vault.triage_url, self.signing_key)
        return Registry(self.database, wiring.open_books(self.database), vault, staff, self.root)

    def published(self, kind: str) -> list[dict[str, Any]]:
        """Data of our own events of a kind, each of the promised shape."""
        with self.database.read() as session:
            rows = session.execute(select(outbox).where(outbox.c.type == f"demandflow.{kind}.v1")).mappings().all()
        assert all(check(kind, row["data"]) == {} for row in rows)
        return [dict(row["data"]) | {"subject": row["subject"]} for row in rows]

    def take(self, *events: Event) -> None:
        """Bring events through the gate."""
        for event in events:
            self.gate.receive(encode(event))


class FakeVault:
    """Intake's vault and triage's names at our edge: a real server that knows people and files, and notes who asked.

    files: attachment id -> its bytes, or the status that is answered instead.
    """

    def __init__(self) -> None:
        self.people: dict[str, dict[str, str | None]] = {}
        self.asked: list[tuple[str, str]] = []
        self.files: dict[str, bytes | int] = {}
        self.opened: list[str] = []
        self.staff: dict[str, str] = {}
        self.asked_staff: list[str] = []
        self.down = self.triage_down = False
        self.ready = True
        vault = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                address = urlsplit(self.path)
                if address.path.endswith("/readyz"):
                    self._answer(200 if vault.ready else 503, b"{}")
                    return
                if address.path.endswith("/content"):
                    self._answer(*vault.file(address.path.split("/")[-2]))
                    return
                if address.path.startswith("/triage/"):
                    self._name(unquote(address.path.split("/")[-2]))
                    return
                number = unquote(address.path.split("/")[-2])
                vault.asked.append((number, parse_qs(address.query)["purpose"][0]))
                found = vault.people.get(number)
                status = 503 if vault.down else 404 if found is None else 200
                raw = json.dumps({"number": number, **(found or {})}).encode()
                self._answer(status, raw)

            def _name(self, staff_id: str) -> None:
                vault.asked_staff.append(staff_id)
                name = vault.staff.get(staff_id)
                status = 503 if vault.triage_down else 404 if name is None else 200
                self._answer(status, json.dumps({"id": staff_id, "name": name, "department": "CSR"}).encode())

            def _answer(self, status: int, raw: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, *_: Any) -> None:
                """Says nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/intake"
        self.triage_url = f"http://127.0.0.1:{self._server.server_port}/triage"

    def file(self, attachment_id: str) -> tuple[int, bytes]:
        """What is answered to whoever opens a file."""
        self.opened.append(attachment_id)
        found = 503 if self.down else self.files.get(attachment_id, 404)
        return (found, b"{}") if isinstance(found, int) else (200, found)

    def know(self, number: str, name: str, phone: str = "13800005678") -> None:
        """Somebody is in the vault."""
        self.people[number] = {"name": name, "phone": phone, "email": None, "im": None}

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def open_reporting(url: str, directory: Path, vault: FakeVault | None = None) -> Reporting:
    """A reporting over a fresh database."""
    key = generate_signing_key()
    (directory / "jwks.json").write_text(json.dumps({"keys": [public_jwk(key, "triage")]}))
    environ = {
        "REPORTING_DATABASE_URL": url,
        "DEMANDFLOW_JWKS_FILE": str(directory / "jwks.json"),
        "REPORTING_SIGNING_KEY": key,
        "REPORTING_ARCHIVE_DIR": str(directory / "archives"),
        "INTAKE_URL": vault.url if vault else "http://127.0.0.1:1/intake",
        "TRIAGE_URL": vault.triage_url if vault else "http://127.0.0.1:1/triage",
    }
    prepare("reporting", url, lambda fresh: wiring.upgrade({**environ, "REPORTING_DATABASE_URL": fresh}))
    database = Database(url)
    gate = Gate("reporting", database, HANDLERS, wiring.open_books(database))
    app = wiring.create_app(environ)
    return Reporting(app, database, gate, key, vault or FakeVault.__new__(FakeVault), directory / "archives")


@pytest.fixture
def vault() -> Iterator[FakeVault]:
    found = FakeVault()
    yield found
    found.close()


@pytest.fixture
def reporting(database_url: str, tmp_path: Path, vault: FakeVault) -> Iterator[Reporting]:
    found = open_reporting(database_url, tmp_path, vault)
    yield found
    found.database.dispose()


@pytest.fixture
def clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Sets business time, as local time in Shanghai: clock("2024-10-31 18:00")."""
    path = tmp_path / "clock"
    monkeypatch.setenv("DEMANDFLOW_MODE", "test")
    monkeypatch.setenv("DEMANDFLOW_CLOCK_FILE", str(path))

    def set_to(text: str) -> None:
        path.write_text(format_time(shanghai(text)))

    set_to("2024-10-08 14:30")
    return set_to


def dump(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the read store, in order."""
    with database.engine.connect() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(table.select())), key=repr)
            for table in Base.metadata.sorted_tables
        }
