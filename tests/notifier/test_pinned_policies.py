"""A demand pinned to a policy that this service does not know yet waits for it, and is not counted as failing."""

from dataclasses import replace

import pytest

from services.notifier.handlers import HANDLERS
from services.notifier.tables import Notice
from services.notifier.usecases.tell import Planner
from shared.messaging.envelope import Event, encode
from shared.messaging.gate import Gate
from shared.messaging.tables import attempts, held
from shared.policies.loader import load
from shared.versions.books import PolicyBook
from shared.versions.seed import seed
from tests.documents import policy_document, policy_published
from tests.notifier.conftest import Notifier
from tests.notifier.told import received
from tests.shared.messaging.kit import make_due, open_parked, rows


@pytest.fixture
def gate(notifier: Notifier) -> Gate:
    """The notifier's gate over what its database knows."""
    with notifier.database.write() as session:
        seed(session)
    return Gate("notifier", notifier.database, HANDLERS, Planner(PolicyBook(notifier.database), "example.org"))


def _pinned(sha256: str) -> Event:
    """A demand under version 2 of C."""
    event = received()
    return replace(event, data={**event.data, "policy": {"code": "C", "version": "2", "sha256": sha256}})


def test_a_demand_waits_for_its_policy_and_is_then_handled(notifier: Notifier, gate: Gate) -> None:
    raw = policy_document("2")
    early = _pinned(load(raw).sha256)
    gate.receive(encode(early))
    assert [row.reason for row in rows(notifier.database, held)] == ["waiting:policy/C/2"]
    make_due(notifier.database)
    gate.sweep()
    assert rows(notifier.database, attempts) == [] and notifier.rows(Notice) == [], "still waiting, nothing counted"

    gate.receive(encode(policy_published(raw)))
    make_due(notifier.database)
    gate.sweep()
    assert rows(notifier.database, held) == [] and open_parked(notifier.database) == []
    (notice,) = notifier.rows(Notice)
    assert notice.demand_id == "d1"


def test_the_same_name_for_other_rules_is_waited_for_too(notifier: Notifier, gate: Gate) -> None:
    gate.receive(encode(policy_published(policy_document("2"))))
    gate.receive(encode(_pinned("0" * 64)))
    assert [row.reason for row in rows(notifier.database, held)] == ["waiting:policy/C/2"]
