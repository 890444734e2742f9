"""One acknowledgement per demand, at least once on the wire, always under the same Message-ID, and private."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import MetaData

from services.notifier.domain.notices import MOST_ATTEMPTS, Outcome
from services.notifier.gateways.contacts import Contact
from services.notifier.gateways.mail import Mailer
from services.notifier.jobs import send_notices as job
from services.notifier.jobs.send_notices import send_notices
from services.notifier.tables import Notice
from shared.testing.counting import counted
from tests.notifier.conftest import ADDRESS, NAME, Notifier
from tests.notifier.told import received


def _state(notifier: Notifier) -> tuple[str, int, str | None]:
    (row,) = notifier.rows(Notice)
    return row.state, row.attempt, row.reason


def test_an_acknowledgement_goes_out_once(notifier: Notifier) -> None:
    event = received()
    notifier.take(event, event)
    assert (send_notices(notifier.office), send_notices(notifier.office)) == (1, 0)
    (mail,) = notifier.postbox.mails
    assert (mail["To"], mail["From"], mail["Subject"]) == (ADDRESS, "notices@example.org", "已收到您的需求 M-d1")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"] == notifier.rows(Notice)[0].message_id
    text = mail.get_content()
    assert NAME in text
    assert "2026-11-24 16:30" in text, "the promise in the company's time"
    (sent,) = notifier.published()
    assert (sent.type, sent.data["attempt"], sent.data["reason"]) == ("demandflow.notice.sent.v1", 1, None)


def test_the_customers_language(notifier: Notifier) -> None:
    notifier.take(received(language="en"))
    send_notices(notifier.office)
    assert notifier.postbox.mails[0]["Subject"] == "We have received your demand M-d1"


def test_trouble_passes_and_the_copy_bears_the_same_id(notifier: Notifier) -> None:
    notifier.take(received())
    notifier.postbox.to_data = "451 try later"
    send_notices(notifier.office)
    assert _state(notifier) == ("planned", 1, "mail_refused")
    assert send_notices(notifier.office) == 0, "it waits before it tries again"
    notifier.postbox.to_data = "250 kept"
    notifier.hurry()
    send_notices(notifier.office)
    first, second = notifier.postbox.mails
    assert first["Message-ID"] == second["Message-ID"]
    assert _state(notifier) == ("sent", 2, None)
    assert [row.data["attempt"] for row in notifier.published()] == [2]


@pytest.mark.parametrize("answer", ["550 nobody here", "553 no"])
def test_a_final_no_is_a_failure(notifier: Notifier, answer: str) -> None:
    notifier.take(received())
    notifier.postbox.to_recipient = answer
    send_notices(notifier.office)
    assert _state(notifier) == ("failed", 1, "recipient_refused")
    (failed,) = notifier.published()
    assert (failed.type, failed.data["reason"]) == ("demandflow.notice.failed.v1", "recipient_refused")


def test_grey_listing_is_not_final(notifier: Notifier) -> None:
    notifier.take(received())
    notifier.postbox.to_recipient = "450 later"
    send_notices(notifier.office)
    assert _state(notifier) == ("planned", 1, "recipient_refused")


def test_no_mail_server_and_no_intake_are_waited_for(notifier: Notifier) -> None:
    notifier.take(received())
    send_notices(replace(notifier.office, mail=Mailer("smtp://127.0.0.1:1", "notices@example.org")))
    assert _state(notifier) == ("planned", 1, "mail_server_unreachable")
    notifier.vault.down = True
    notifier.hurry()
    send_notices(notifier.office)
    assert _state(notifier) == ("planned", 2, "contact_unreachable")


@pytest.mark.parametrize(
    ("contact", "reason"),
    [
        (None, "contact_gone"),
        (Contact(NAME, None), "no_address"),
        (Contact(NAME, "a\nb@c.d"), "address_unusable"),
    ],
)  # fmt: skip
def test_who_cannot_be_reached_at_all(notifier: Notifier, contact: Contact | None, reason: str) -> None:
    notifier.vault.contact = contact
    notifier.take(received())
    send_notices(notifier.office)
    assert _state(notifier) == ("failed", 1, reason)


def test_a_name_cannot_break_out_of_its_line(notifier: Notifier) -> None:
    notifier.vault.contact = Contact("王\r\nBcc: all@example.com\r\n{number}", ADDRESS)
    notifier.take(received())
    send_notices(notifier.office)
    (mail,) = notifier.postbox.mails
    assert mail["Bcc"] is None
    assert "王 Bcc: all@example.com {number}" in mail.get_content()


def test_it_is_given_up_in_the_end(notifier: Notifier) -> None:
    notifier.take(received())
    notifier.vault.down = True
    for _ in range(MOST_ATTEMPTS):
        notifier.hurry()
        send_notices(notifier.office)
    assert _state(notifier) == ("failed", MOST_ATTEMPTS, "gave_up")


def test_a_notice_that_breaks_is_given_up_too(notifier: Notifier) -> None:
    notifier.take(received())

    class Broken:
        def send(self, letter: object, *, to: str, message_id: str) -> Outcome:
            raise RuntimeError

    for _ in range(MOST_ATTEMPTS):
        notifier.hurry()
        send_notices(replace(notifier.office, mail=Broken()))
    assert _state(notifier) == ("failed", MOST_ATTEMPTS, "gave_up")


def test_who_was_overtaken_records_nothing(notifier: Notifier) -> None:
    """A sender froze past its lease; another one sent meanwhile."""
    notifier.take(received())

    class Slow:
        def send(self, letter: object, *, to: str, message_id: str) -> Outcome:
            notifier.hurry()  # the lease ran out
            send_notices(notifier.office)
            return Outcome("retry", "late")

    send_notices(replace(notifier.office, mail=Slow()))
    assert _state(notifier) == ("sent", 2, None)
    assert len(notifier.published()) == 1


def test_nobody_is_named_in_the_database_or_in_events(notifier: Notifier) -> None:
    notifier.take(received())
    send_notices(notifier.office)
    metadata = MetaData()
    metadata.reflect(notifier.database.engine)
    with notifier.database.engine.connect() as connection:
        rows = [tuple(row) for table in metadata.tables.values() for row in connection.execute(table.select())]
    stored = json.dumps(rows, ensure_ascii=False, default=str)
    assert "M-d1" in stored
    assert NAME not in stored and ADDRESS not in stored


def test_what_a_demand_costs(notifier: Notifier) -> None:
    with counted() as cost:
        notifier.take(received())
    assert (cost.commits, cost.statements) <= (1, 8)


def test_the_job_looks_before_it_locks(notifier: Notifier) -> None:
    with counted() as cost:
        assert job.send_notices(notifier.office) == 0
    assert cost.commits == 0
