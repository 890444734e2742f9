"""A sender that dies at the worst moments: the notice still arrives, under one id."""

import os
import subprocess
import sys

import pytest

from shared.operations.home import ROOT
from tests.notifier.conftest import Notifier
from tests.notifier.test_letters import FIRST, opened
from tests.notifier.test_letters import send as send_open_letters
from tests.notifier.told import received

SENDER = """
import sys
from services.notifier.domain.addresses import read_allowed
from services.notifier.gateways.mail import Mailer
from services.notifier.gateways.webhooks import Webhooks
from services.notifier.jobs.attempts import Office
from services.notifier.jobs.send_letters import send_letters
from services.notifier.jobs.send_notices import send_notices
from services.notifier.usecases.tell import Planner
from shared.db import Database
from shared.policies.loader import installed
from tests.notifier.conftest import Campaigns, Papers, Staff, Vault

url, port = sys.argv[1:]
mail = Mailer(f"smtp://127.0.0.1:{port}", "notices@example.org")
planner, webhooks = Planner(installed(), "example.org"), Webhooks(read_allowed(""))
office = Office(Database(url), planner, Vault(), Staff(), mail, webhooks, Campaigns(), Papers())
send_notices(office)
send_letters(office)
"""


def _dies(database_url: str, port: int, place: str) -> None:
    died = subprocess.run(
        [sys.executable, "-c", SENDER, database_url, str(port)],
        cwd=ROOT,
        env={**os.environ, "CRASH_AT": place},
        capture_output=True,
        check=False,
    )
    assert died.returncode == -9, died.stderr.decode()[-2000:]


@pytest.mark.parametrize(
    ("place", "copies"), [("notifier.after_claim", 1), ("notifier.after_send_before_mark", 2)]
)  # fmt: skip
def test_it_arrives_all_the_same(
    notifier: Notifier, database_url: str, postbox: tuple[object, int], place: str, copies: int
) -> None:
    notifier.take(received())
    _dies(database_url, postbox[1], place)
    notifier.send()
    assert len(notifier.postbox.mails) == copies - 1, "its lease still holds"
    notifier.hurry()
    notifier.send()
    assert len(notifier.postbox.mails) == copies
    assert len({mail["Message-ID"] for mail in notifier.postbox.mails}) == 1
    assert [row.type.split(".")[2] for row in notifier.published()] == ["sent"]


def test_a_letter_arrives_again_under_one_id(
    notifier: Notifier, database_url: str, postbox: tuple[object, int]
) -> None:  # fmt: skip
    notifier.take(opened(FIRST))
    _dies(database_url, postbox[1], "notifier.after_letter_before_mark")
    send_open_letters(notifier)
    assert len(notifier.postbox.mails) == 1, "its lease still holds"
    notifier.hurry()
    send_open_letters(notifier)
    assert len(notifier.postbox.mails) == 2
    assert len({mail["Message-ID"] for mail in notifier.postbox.mails}) == 1
