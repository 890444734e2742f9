"""Operators' verbs as they are typed: parked, outbox, quiet, audit, topology, keys."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from shared import migrate
from shared.cli import main
from shared.clock import system_now
from shared.db import Database
from shared.messaging import outbox
from shared.messaging.envelope import Event, encode
from shared.messaging.gate import Gate
from shared.messaging.topology import SERVICES
from shared.operations.home import Home, prepare


class Desk:
    """A home with migrated databases, and what an operator types."""

    def __init__(self, path: Path) -> None:
        self.home = Home(path)
        prepare(self.home, mode="test", port_base=9001, environ={})
        for service in SERVICES:
            migrate.upgrade(service, self.url(service))

    def url(self, service: str) -> str:
        return self.home.environment(service)[f"{service.upper()}_DATABASE_URL"]

    def type(self, *words: str) -> Result:
        return CliRunner().invoke(main, ["--home", str(self.home.path), *words])

    def park(self) -> str:
        """Let triage park an event of an unknown type; returns the parked id."""
        event = Event("e-1", "intake", "demandflow.demand.vanished.v1", "demand/1", 1, 1, system_now(), {})
        database = Database(self.url("triage"))
        Gate("triage", database, {}, None).receive(encode(event))
        database.dispose()
        (row,) = self.rows("parked", "list", "--service", "triage", "--json")
        return str(row["id"])

    def rows(self, *words: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.type(*words).output.splitlines()]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    own = ("INTAKE_", "TRIAGE_", "NOTIFIER_", "REPORTING_", "DEMANDFLOW_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    monkeypatch.setattr(os, "environ", kept)  # the verbs put a home's settings there
    return Desk(tmp_path / "home")


def test_every_verb_explains_itself(desk: Desk) -> None:
    verbs = desk.type("--help").output
    for verb in (
        "up",
        "down",
        "demo",
        "keys",
        "quiet",
        "audit",
        "parked",
        "outbox",
        "topology",
        "channel",
        "department",
    ):
        assert f"\n  {verb}" in verbs
        assert desk.type(verb, "--help").exit_code == 0


def test_a_parked_event_is_shown_with_its_reason(desk: Desk) -> None:
    parked_id = desk.park()
    (row,) = desk.rows("parked", "list", "--service", "triage", "--json")
    assert (row["reason"], row["subject"]) == ("unknown_type", "demand/1")
    assert "unknown_type" in desk.type("parked", "list", "--service", "triage").output
    shown = json.loads(desk.type("parked", "show", parked_id, "--service", "triage").output)
    assert json.loads(shown["body"])["type"] == "demandflow.demand.vanished.v1"


def test_a_parked_event_is_skipped_for_a_reason_only(desk: Desk) -> None:
    parked_id = desk.park()
    assert desk.type("parked", "skip", parked_id, "--service", "triage", "--reason", " ").exit_code != 0
    assert desk.type("parked", "skip", parked_id, "--service", "triage", "--reason", "no such thing").exit_code == 0
    assert desk.rows("parked", "list", "--service", "triage", "--json") == []
    (row,) = desk.rows("parked", "list", "--service", "triage", "--all", "--json")
    assert (row["resolution"], row["resolve_reason"]) == ("skipped", "no such thing")
    assert desk.type("parked", "skip", parked_id, "--service", "triage", "--reason", "again").exit_code != 0


def test_a_parked_event_is_handed_to_the_worker_again(desk: Desk) -> None:
    parked_id = desk.park()
    assert desk.type("parked", "redrive", parked_id, "--service", "triage").exit_code == 0
    assert json.loads(desk.type("outbox", "status", "--json").output)["triage"]["attempts"] == 1
    assert desk.type("parked", "redrive", "none", "--service", "triage").exit_code != 0


def test_outbox_and_quiet_tell_what_waits(desk: Desk) -> None:
    assert json.loads(desk.type("quiet", "--json").output)["quiet"] is True
    database = Database(desk.url("intake"))
    with database.write() as session:
        outbox.publish(
            session,
            source="intake",
            type="customer.changed",
            subject="customer/1",
            version=1,
            data={},
            now=system_now(),
        )
    database.dispose()
    assert "intake: unsent 1" in desk.type("outbox", "status").output
    quiet = desk.type("quiet")
    assert (quiet.exit_code, quiet.output) == (1, "busy\n")


def test_an_audit_of_nothing_finds_nothing(desk: Desk) -> None:
    found = desk.type("audit", "reconcile", "--json")
    assert found.exit_code == 0
    assert set(json.loads(found.output)["totals"].values()) == {0}


def test_the_broker_documents(desk: Desk) -> None:
    definitions = json.loads(desk.type("topology", "definitions", "--department", "SUP").output)
    assert {"intake.inbox", "department.SUP"} <= {queue["name"] for queue in definitions["queues"]}
    assert "users" not in definitions
    assert json.loads(desk.type("topology", "asyncapi").output)["asyncapi"] == "2.6.0"


def test_keys_are_made_once(desk: Desk) -> None:
    assert json.loads(desk.type("keys", "init", "--json").output) == {"made": []}
