"""All four services in one process, for flows that need no broker."""

import importlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from services.intake.usecases.add_channel import NewChannel, add_channel
from shared.clock import business_now
from shared.db import Database
from shared.messaging.envelope import encode
from shared.messaging.gate import Gate
from shared.messaging.outbox import as_event
from shared.messaging.tables import outbox
from shared.messaging.topology import EVENTS, INBOX_SOURCES
from shared.testing.counting import counted
from tests.service_apps import PEPPER, SERVICES, create_app, environment

BODY = {
    "customer": {"name": "王女士", "contact": {"phone": "13800005678", "email": "wang@example.com"}},
    "description": "订单三天没有物流更新，想知道何时送达",
}


@dataclass
class Whole:
    """Four services in one process; deliver() stands for relay and broker."""

    app: Any
    key: str
    databases: dict[str, Database]
    gates: dict[str, Gate]

    def post(self) -> int:
        headers = {"Authorization": f"Bearer {self.key}"}
        return int(self.app.test_client().post("/intake/api/v1/demands", json=BODY, headers=headers).status_code)

    def deliver(self) -> "Way":
        """Bring every unsent event to all who listen, until there is none."""
        way = Way()
        while rows := [(name, row) for name in SERVICES for row in self._unsent(name)]:
            for source, row in rows:
                way.published += 1
                for consumer, sources in INBOX_SOURCES.items():
                    if source in sources and row.exchange == EVENTS:
                        with counted() as cost:
                            self.gates[consumer].receive(encode(as_event(row, source, 1)))
                        way.gated += 1
                        way.commits += cost.commits
                        way.statements += cost.statements
        return way

    def _unsent(self, name: str) -> list[Any]:
        with self.databases[name].write() as session:
            rows = list(session.execute(select(outbox).where(outbox.c.sent_at.is_(None)).order_by(outbox.c.seq)))
            session.execute(update(outbox).values(sent_at=business_now()))
        return rows


@dataclass
class Way:
    """What events cost after the request: publishes, passes through gates, and these gates' commits and statements."""

    published: int = 0
    gated: int = 0
    commits: int = 0
    statements: int = 0


@pytest.fixture
def whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Whole:
    environ = environment(tmp_path)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    app = create_app("intake", environ)
    wirings = {name: importlib.import_module(f"services.{name}.wiring") for name in SERVICES}
    gates, databases = {}, {}
    for name, wiring in wirings.items():
        wiring.upgrade(environ)
        spec = wiring.create_worker()
        databases[name] = spec.database
        gates[name] = Gate(name, spec.database, spec.handlers, spec.ctx)
    with databases["intake"].write() as session:
        key = add_channel(session, NewChannel("shop", "C"), pepper=PEPPER, now=business_now())
    found = Whole(app, key, databases, gates)
    found.deliver()
    return found
