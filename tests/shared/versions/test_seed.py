"""What `migrate` puts beside the tables: every released version, and a refusal when one was changed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Table, select, update

from shared.calendars.loader import installed as installed_calendars
from shared.db import Database
from shared.messaging.topology import SERVICES
from shared.policies.loader import PACKS
from shared.policies.loader import installed as installed_policies
from shared.versions import store
from shared.versions.seed import ReleaseChanged, seed
from shared.versions.tables import calendar_versions, policy_versions
from tests.architecture.sources import ROOT

pytestmark = pytest.mark.slow


def test_every_released_version_is_known_once(database: Database) -> None:
    with database.write() as session:
        assert seed(session) == 0
    with database.read() as session:
        policies, calendars = (store.listed(session, table) for table in (policy_versions, calendar_versions))
        assert {(row.code, row.version, row.sha256) for row in policies} == {
            (one.code, one.version, one.sha256) for one in installed_policies().all()
        }
        assert {(row.code, row.version) for row in calendars} == {
            (one.code, one.version) for one in installed_calendars().all()
        }
        assert store.document(session, policy_versions, "C", "1") == (PACKS / "C" / "1.yaml").read_bytes()


@pytest.mark.parametrize(
    ("table", "code", "named"),
    [(policy_versions, "C", "policy C"), (calendar_versions, "cn-office", "calendar cn-office")],
)
def test_a_changed_release_is_refused(database: Database, table: Table, code: str, named: str) -> None:
    with database.write() as session:
        session.execute(update(table).where(table.c.code == code, table.c.version == "1").values(sha256="0" * 64))
    with database.write() as session, pytest.raises(ReleaseChanged, match=f"{named} version 1.*never changes"):
        seed(session)


@pytest.mark.parametrize("service", SERVICES)
def test_no_service_starts_by_a_changed_release(service: str, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/{service}.sqlite"

    def migrate() -> subprocess.CompletedProcess[str]:
        environ = {"PATH": os.environ["PATH"], f"{service.upper()}_DATABASE_URL": url}
        command = [sys.executable, "-m", f"services.{service}", "migrate"]
        return subprocess.run(command, env=environ, cwd=ROOT, capture_output=True, text=True, check=False)

    assert migrate().returncode == 0
    database = Database(url)
    with database.write() as session:
        session.execute(update(policy_versions).where(policy_versions.c.code == "C").values(sha256="0" * 64))
    again = migrate()
    assert again.returncode == 1
    assert again.stderr.startswith(f"{service}: policy C version 1: 1.yaml of this release differs")
    assert "Traceback" not in again.stderr
    with database.read() as session:
        assert len(session.execute(select(policy_versions)).all()) >= 1
    database.dispose()
