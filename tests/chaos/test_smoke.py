"""Forty seconds of crashes at named points, then the conservation check: nothing lost, doubled or reordered."""

from pathlib import Path

import pytest

from shared.messaging.topology import SERVICES
from shared.operations import quiet
from shared.operations.postgres import PrivatePostgres
from shared.operations.reconcile import reconcile
from shared.testing.wait import wait_until
from tests.chaos.installation import Installation, installed

pytestmark = pytest.mark.chaos

POINTS = {
    "intake-web": [
        "intake.before_insert",
        "intake.after_insert",
        "intake.before_commit",
        "intake.after_commit_before_answer",
    ],
    "intake-worker": ["relay.after_publish"],
    "triage-worker": ["triage.after_decide", "relay.after_confirm_before_mark"],
    "notifier-worker": ["notifier.after_claim", "notifier.after_send_before_mark"],
    "reporting-worker": ["gate.before_commit", "gate.after_commit_before_ack"],
}
"""At least eight places, each hit once while demands come in."""
CLIENTS, EACH = 3, 40


def database_urls(kind: str, request: pytest.FixtureRequest) -> dict[str, str]:
    """A database per service; nothing for SQLite, whose files stand in the home."""
    if kind == "sqlite":
        return {}
    cluster: PrivatePostgres = request.getfixturevalue("postgres")
    name = Path(request.node.name).name.translate({ord("["): "_", ord("]"): "_", ord("-"): "_"})
    return {f"{service.upper()}_DATABASE_URL": cluster.create(f"{name}_{service}") for service in SERVICES}


@pytest.mark.parametrize("kind", [pytest.param("sqlite", marks=pytest.mark.wide), "postgresql"])
def test_crashes_at_every_named_point_lose_nothing(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    with installed(tmp_path, database_urls(kind, request), points=POINTS) as one:
        one.load(CLIENTS, EACH)
        taken = CLIENTS * EACH + _reported_until_all_is_hit(one, CLIENTS * EACH)
        settled = quiet.wait(one.settings(), 120)
        report = reconcile(one.settings(), one.ledger)
        assert settled["quiet"], settled
        assert report.clean, vars(report)
        assert report.acknowledged == taken
        assert one.keeper.hit() >= {point for points in POINTS.values() for point in points}
        mailed = {mail["To"] for mail in one.postbox.mails}
        assert len(mailed) == taken, "everybody was told at least once"
        ids = {mail["Message-ID"] for mail in one.postbox.mails}
        assert len(ids) == taken, "a second copy bears the first one's Message-ID"


def _reported_until_all_is_hit(one: Installation, first: int) -> int:
    """How many more it took: while one process is started anew, the others may be done with all of the load."""
    more = 0

    def all_hit() -> bool:
        nonlocal more
        if not one.keeper.left():
            return True
        one.report(1, first + more)
        more += 1
        return False

    wait_until(all_hit, 60, "every crash point was hit")
    return more
