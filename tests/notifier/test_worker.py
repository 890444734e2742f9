"""The worker as wiring puts it together."""

from pathlib import Path

import pytest

from services.notifier import wiring
from shared.config import ConfigError
from tests.service_apps import environment


def test_the_worker_sends_in_a_part_of_its_own(tmp_path: Path) -> None:
    environ = environment(tmp_path)
    spec = wiring.create_worker(environ=environ)
    assert list(spec.parts) == ["sender"]
    assert [job.name for job in spec.jobs] == ["timers"]
    spec.database.dispose()


def test_the_worker_says_what_it_lacks(tmp_path: Path) -> None:
    environ = environment(tmp_path)
    del environ["TRIAGE_URL"], environ["NOTIFIER_SMTP_URL"], environ["REPORTING_URL"]
    with pytest.raises(
        ConfigError, match="NOTIFIER_SMTP_URL is missing; TRIAGE_URL is missing; REPORTING_URL is missing"
    ):
        wiring.create_worker(environ=environ)
