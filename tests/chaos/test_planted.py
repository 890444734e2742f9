"""The conservation check finds each promise that is broken on purpose."""

import sys
from pathlib import Path

import pytest
from sqlalchemy import update

from shared.db import Database
from shared.messaging.tables import outbox
from shared.operations import quiet
from shared.operations.reconcile import Report, reconcile
from shared.testing.wait import wait_until
from tests.chaos.installation import Installation, installed

pytestmark = [pytest.mark.chaos, pytest.mark.wide]


def _planted(fault: str, service: str, kind: str) -> dict[str, list[str]]:
    return {f"{service}-{kind}": [sys.executable, "-m", "tests.chaos.plant", fault, service, kind]}


def _settled(one: Installation) -> Report:
    quiet.wait(one.settings(), 10)
    return reconcile(one.settings(), one.ledger)


def test_an_outbox_that_is_off_is_found(tmp_path: Path) -> None:
    with installed(tmp_path, {}, points={}, replaced=_planted("outbox-off", "intake", "web")) as one:
        one.report(4)
        report = _settled(one)
    assert sum(text.startswith("accepted without an event") for text in report.lost) == 2


def test_an_ack_before_the_commit_is_found(tmp_path: Path) -> None:
    points = {"triage-worker": ["gate.before_commit"]}
    with installed(tmp_path, {}, points=points, replaced=_planted("ack-before-commit", "triage", "worker")) as one:
        one.report(4)
        wait_until(lambda: not one.keeper.left(), 30, "the worker died between ack and commit")
        report = _settled(one)
    assert any(text.startswith("not applied: triage<-intake") for text in report.lost)
    assert any(text.startswith("not triaged") for text in report.lost) or len(report.lost) == 1


def test_a_gate_that_is_off_is_found(tmp_path: Path) -> None:
    with installed(tmp_path, {}, points={}, replaced=_planted("gate-off", "reporting", "worker")) as one:
        one.report(2)
        wait_until(lambda: len(one.postbox.mails) == 2, 30, "both customers were told")
        assert _settled(one).clean
        _send_again(one, "notifier")
        report = _settled(one)
    assert any("notice.sent" in text for text in report.duplicated)


def test_the_same_replay_through_the_gate_changes_nothing(tmp_path: Path) -> None:
    with installed(tmp_path, {}, points={}) as one:
        one.report(2)
        wait_until(lambda: len(one.postbox.mails) == 2, 30, "both customers were told")
        for service in ("intake", "triage", "notifier"):
            _send_again(one, service)
        report = _settled(one)
    assert report.clean, vars(report)


def _send_again(one: Installation, service: str) -> None:
    database = Database(one.home.environment(service)[f"{service.upper()}_DATABASE_URL"])
    with database.write() as session:
        session.execute(update(outbox).values(sent_at=None))
    database.dispose()
