"""Versions published at run time: each service keeps them, whoever tells something else is parked."""

import hashlib
import importlib
import json
from typing import Any

import pytest

from shared.db import Database
from shared.messaging.envelope import Event, encode
from shared.messaging.gate import Gate
from shared.messaging.tables import attempts, held
from shared.versions.books import CalendarBook, PolicyBook
from shared.versions.handlers import HANDLERS
from tests.architecture.sources import ROOT
from tests.documents import calendar_document, calendar_published, policy_document, policy_published
from tests.shared.messaging.kit import make_due, open_parked, rows


def take(database: Database, *events: Event) -> list[str]:
    """Put events through a gate; returns why those that stand parked do."""
    gate = Gate("notifier", database, HANDLERS, None)
    for event in events:
        gate.receive(encode(event))
    assert rows(database, attempts) == []
    return [row["reason"] for row in open_parked(database)]


def test_a_published_policy_is_known_from_then_on(database: Database) -> None:
    raw = policy_document("2")
    assert take(database, policy_published(raw)) == []
    assert PolicyBook(database).pinned("C", "2").sha256 == hashlib.sha256(raw).hexdigest()


def test_a_published_calendar_is_known_from_then_on(database: Database) -> None:
    assert take(database, calendar_published(calendar_document("2", holiday="2027-05-03"))) == []
    (holiday,) = CalendarBook(database).effective("cn-office").holidays
    assert holiday.isoformat() == "2027-05-03"


def test_a_policy_waits_for_its_calendar(database: Database) -> None:
    raw = policy_document("2").replace(b"calendar: cn-office", b"calendar: plant")
    gate = Gate("notifier", database, HANDLERS, None)
    gate.receive(encode(policy_published(raw)))
    assert [row.reason for row in rows(database, held)] == ["waiting:calendar/plant"]
    with pytest.raises(LookupError):
        PolicyBook(database).pinned("C", "2")
    gate.receive(encode(calendar_published(calendar_document("1", code="plant"))))
    make_due(database)
    gate.sweep()
    assert PolicyBook(database).pinned("C", "2").calendar == "plant"


def test_the_same_document_told_twice_is_one(database: Database) -> None:
    event = policy_published(policy_document("2"))
    assert take(database, event, event, policy_published(policy_document("2"), position=2)) == []
    assert [one.version for one in PolicyBook(database).all() if one.code == "C"] == ["1", "2"]


def test_a_version_never_becomes_another_document(database: Database) -> None:
    other = policy_document("2", note="changed")
    assert take(database, policy_published(policy_document("2")), policy_published(other, position=2)) == [
        "policy-changed"
    ]
    assert PolicyBook(database).pinned("C", "2").sha256 == hashlib.sha256(policy_document("2")).hexdigest()
    third = policy_published(policy_document("3"), position=3)
    take(database, third)
    assert [row.reason for row in rows(database, held)] == ["gap"], "its stream stands until somebody decides"


def test_a_calendar_never_becomes_another_document(database: Database) -> None:
    other = calendar_document("2", holiday="2027-01-02")
    events = calendar_published(calendar_document("2")), calendar_published(other, position=2)
    assert take(database, *events) == ["calendar-changed"]


@pytest.mark.parametrize(
    "changes",
    [
        {"document": None},
        {"document": 7},
        {"document": "no: policy"},
        {"document": "- ["},
        {"sha256": "0" * 64},
        {"version": "3"},
        {"code": "D"},
        {"sha256": None},
    ],
)
def test_what_is_no_such_policy_is_parked_at_once(database: Database, changes: dict[str, Any]) -> None:
    assert take(database, policy_published(policy_document("2"), **changes)) == ["policy-malformed"]
    with pytest.raises(LookupError):
        PolicyBook(database).pinned("C", "2")


@pytest.mark.parametrize("changes", [{"document": "timezone: Nowhere"}, {"sha256": "0" * 64}, {"code": "plant"}])
def test_what_is_no_such_calendar_is_parked_at_once(database: Database, changes: dict[str, Any]) -> None:
    assert take(database, calendar_published(calendar_document("2"), **changes)) == ["calendar-malformed"]


def test_an_event_without_a_document_is_parked(database: Database) -> None:
    event = policy_published(policy_document("2"))
    del event.data["document"]
    assert take(database, event) == ["policy-malformed"]


@pytest.mark.parametrize("kind", ["policy", "calendar"])
def test_the_example_of_the_contract_is_taken(database: Database, kind: str) -> None:
    example = ROOT / "shared" / "contracts" / "examples" / f"{kind}.published.json"
    Gate("notifier", database, HANDLERS, None).receive(example.read_bytes())
    assert open_parked(database) == []
    book = PolicyBook(database) if kind == "policy" else CalendarBook(database)
    told = json.loads(example.read_bytes())["data"]
    assert book.pinned(told["code"], told["version"]).sha256 == told["sha256"]


@pytest.mark.parametrize("service", ["intake", "notifier", "reporting"])
def test_every_service_that_is_told_keeps_versions(service: str) -> None:
    handlers = importlib.import_module(f"services.{service}.handlers").HANDLERS
    assert handlers.items() >= HANDLERS.items()
