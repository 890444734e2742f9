"""What was stored before a migration is whole after it."""

from collections.abc import Callable

from alembic import command

from services.reporting.jobs.seal_archives import seal_archives
from shared import migrate
from tests.reporting.conftest import Reporting
from tests.reporting.test_archives import manifests
from tests.reporting.test_attachments import PDF, PNG, life, packed


def test_files_in_packages_of_before_are_not_packed_again_and_later_ones_are(
    reporting: Reporting, clock: Callable[[str], None]
) -> None:
    reporting.vault.files = {"f1": PNG, "f3": PDF, "late": PDF + b" late"}
    demand = life()
    packed(reporting, clock, demand)
    demand.attached("late", PDF + b" late", name="late.pdf", at="2024-11-10T02:00:00Z")
    reporting.take(*demand.all())
    url = reporting.database.engine.url.render_as_string(hide_password=False)
    with reporting.database.engine.connect() as connection:
        config = migrate._config("reporting")
        config.attributes["connection"] = connection
        command.downgrade(config, "0011")
    migrate.upgrade("reporting", url)
    assert migrate.differences("reporting", reporting.database) == []
    clock("2024-11-29 18:00")
    assert seal_archives(reporting.registry) == 1
    named = [one["attachment_id"] for one in manifests(reporting)[1]["attachments"]]
    assert named == ["late"]
