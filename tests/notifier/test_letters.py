"""Letters of campaigns: each who is asked is mailed once, with the blank form; what cannot be sent is seen."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from services.notifier import cli
from services.notifier.domain.letters import Attachment
from services.notifier.domain.mailings import Invitation, Mailing, Spared
from services.notifier.gateways.ask import Unreachable
from services.notifier.gateways.campaigns import Forms, Invitations
from services.notifier.handlers.campaigns import opened as handle_opened
from services.notifier.jobs.send_letters import send_letters
from services.notifier.jobs.send_notices import sender
from services.notifier.tables import CampaignLetter, Notice
from shared.clock import format_time
from shared.contracts.events import check
from shared.ids import new_id
from shared.keyset import generate_signing_key
from shared.messaging.envelope import Event
from shared.testing.wait import wait_until
from tests.notifier.conftest import DOCX, DUE, Notifier
from tests.notifier.told import received

FIRST, SECOND = "YQ20261124001", "YQ20261124002"


def told(kind: str, data: dict[str, Any], version: int) -> Event:
    """One event of the campaign's stream."""
    named = {"campaign_id": "c-1", "code": "upgrade", **data}
    assert check(kind, named) == {}
    return Event(new_id(), "intake", f"demandflow.{kind}.v1", "campaign/upgrade", version, 1, DUE, named)


def opened(*customers: str, policy: str = "D") -> Event:
    """campaign.opened."""
    data = {
        "title": "老客户升级意向回访", "policy": {"code": policy, "version": "1"}, "form": "unified", "by": "staff:u-1",
        "opened_at": format_time(DUE), "closes_at": format_time(DUE), "customers": list(customers),
    }  # fmt: skip
    return told("campaign.opened", data, 1)


def closed() -> Event:
    """campaign.closed."""
    return told("campaign.closed", {"at": format_time(DUE)}, 2)


def send(notifier: Notifier) -> None:
    """Send letters until none is due."""
    while send_letters(notifier.office):
        pass


def states(notifier: Notifier) -> list[tuple[str, str, str | None, int]]:
    """(customer, state, reason, attempt) of all letters."""
    rows = notifier.rows(CampaignLetter)
    return sorted((row.customer_number, row.state, row.reason, row.attempt) for row in rows)


def test_each_is_mailed_their_own_link_with_the_blank_form(notifier: Notifier) -> None:
    notifier.take(opened(FIRST, SECOND))
    send(notifier)
    assert notifier.subjects() == [
        "yq20261124001@example.com 老客户升级意向回访", "yq20261124002@example.com 老客户升级意向回访",
    ]  # fmt: skip
    mail = notifier.postbox.mails[0]
    body = mail.get_body()
    assert body is not None and body.get_content().strip() == f"http://127.0.0.1:8001/f/upgrade?to={FIRST}"
    (paper,) = mail.iter_attachments()
    assert (paper.get_filename(), paper.get_content_type()) == ("D-unified.docx", DOCX)
    assert paper.get_content() == b"PK blank"
    assert states(notifier) == [(FIRST, "sent", None, 1), (SECOND, "sent", None, 1)]
    assert notifier.published() == [], "a letter is about no demand"


def test_who_writes_english_is_sent_an_english_form(notifier: Notifier) -> None:
    notifier.campaigns.answers[FIRST] = Invitation("a@example.com", "Upgrade", "...", "en")
    notifier.take(opened(FIRST, SECOND))
    send(notifier)
    papers = {mail["To"]: [one.get_content() for one in mail.iter_attachments()] for mail in notifier.postbox.mails}
    assert papers == {"a@example.com": [b"en"], f"{SECOND}@example.com".lower(): [b"PK blank"]}


def test_heard_twice_it_is_mailed_once(notifier: Notifier) -> None:
    event = opened(FIRST)
    notifier.take(event, event)
    send(notifier)
    with notifier.database.write() as session:  # past the gate, as where its memory was lost
        handle_opened(session, opened(FIRST, SECOND), notifier.office.planner)
    send(notifier)
    assert sorted(mail["To"].partition("@")[0].upper() for mail in notifier.postbox.mails) == [FIRST, SECOND]


def test_a_policy_that_is_not_known_here_holds_nothing_up(notifier: Notifier) -> None:
    notifier.take(opened(FIRST, policy="ZZ"))
    send(notifier)
    assert states(notifier) == [(FIRST, "sent", None, 1)]


def test_after_the_end_nothing_more_is_mailed(notifier: Notifier) -> None:
    notifier.take(opened(FIRST, SECOND))
    assert send_letters(notifier.office) == 1
    notifier.take(closed())
    send(notifier)
    assert len(notifier.postbox.mails) == 1
    assert states(notifier) == [(FIRST, "sent", None, 1), (SECOND, "failed", "campaign_closed", 0)]


def test_what_was_under_way_at_the_end_is_asked_about_again(notifier: Notifier) -> None:
    notifier.take(opened(FIRST))
    notifier.postbox.to_recipient = "451 later"
    send(notifier)
    notifier.postbox.to_recipient = "250 ok"
    notifier.campaigns.answers[FIRST] = Spared("campaign_closed")
    notifier.hurry()
    send(notifier)
    assert notifier.postbox.mails == [] and states(notifier) == [(FIRST, "failed", "campaign_closed", 2)]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Invitation(None, "老客户", "...", "zh"), "no_address"),
        (Invitation("not an\naddress", "老客户", "...", "zh"), "address_unusable"),
        (Spared("already_answered"), "already_answered"),
        (Spared("consent_withdrawn"), "consent_withdrawn"),
    ],
)
def test_who_cannot_or_need_not_be_mailed(
    notifier: Notifier, answer: Invitation | Spared, reason: str
) -> None:  # fmt: skip
    notifier.campaigns.answers[FIRST] = answer
    notifier.take(opened(FIRST, SECOND))
    send(notifier)
    assert states(notifier) == [(FIRST, "failed", reason, 1), (SECOND, "sent", None, 1)]
    assert [mail["To"] for mail in notifier.postbox.mails] == [f"{SECOND}@example.com".lower()]


def test_an_address_that_is_refused(notifier: Notifier) -> None:
    notifier.postbox.to_recipient = "550 nobody here"
    notifier.take(opened(FIRST))
    send(notifier)
    assert states(notifier) == [(FIRST, "failed", "recipient_refused", 1)]


def test_while_others_are_away_it_is_tried_again(notifier: Notifier) -> None:
    notifier.papers.down = notifier.campaigns.down = True
    notifier.take(opened(FIRST))
    send(notifier)
    assert states(notifier) == [(FIRST, "planned", "form_unreachable", 1)]
    assert notifier.campaigns.asked == [], "no contact is opened for a letter that cannot leave"
    notifier.papers.down = False
    notifier.hurry()
    send(notifier)
    assert states(notifier) == [(FIRST, "planned", "contact_unreachable", 2)] and notifier.postbox.mails == []
    notifier.campaigns.down = False
    notifier.hurry()
    send(notifier)
    assert states(notifier) == [(FIRST, "sent", None, 3)] and len(notifier.postbox.mails) == 1


def test_without_such_a_form_the_letter_goes_alone(notifier: Notifier) -> None:
    notifier.papers.form = None
    notifier.take(opened(FIRST))
    send(notifier)
    assert list(notifier.postbox.mails[0].iter_attachments()) == []


def test_what_never_leaves_is_given_up(notifier: Notifier) -> None:
    notifier.campaigns.down = True
    notifier.take(opened(FIRST))
    for _ in range(12):
        notifier.hurry()
        send(notifier)
    assert states(notifier) == [(FIRST, "failed", "gave_up", 12)]


def test_a_fault_of_ours_stops_nobody_elses_letter(notifier: Notifier, capsys: pytest.CaptureFixture[str]) -> None:
    notifier.campaigns.answers[FIRST] = "no letter at all"  # type: ignore[assignment]
    notifier.take(opened(FIRST, SECOND))
    send(notifier)
    assert states(notifier) == [(FIRST, "planned", "fault", 1), (SECOND, "sent", None, 1)]
    said = capsys.readouterr().out
    assert "letter_broke" in said and "letter_attempted" in said
    assert "example.com" not in said and "老客户" not in said


def test_a_second_copy_bears_the_same_message_id(notifier: Notifier) -> None:
    notifier.take(opened(FIRST))
    notifier.postbox.to_data = "451 taken, but we say otherwise"
    send(notifier)
    notifier.postbox.to_data = "250 ok"
    notifier.hurry()
    send(notifier)
    assert len(notifier.postbox.mails) == 2
    assert len({mail["Message-ID"] for mail in notifier.postbox.mails}) == 1


def test_letters_are_listed_page_by_page_for_those_who_work_here(notifier: Notifier) -> None:
    notifier.campaigns.answers[SECOND] = Invitation(None, "老客户", "...", "zh")
    notifier.take(opened(FIRST, SECOND))
    send(notifier)
    (failed,) = notifier.get("/letters?campaign=upgrade&state=failed", "staff").json["items"]
    assert (failed["customer_number"], failed["reason"]) == (SECOND, "no_address")
    assert set(failed) == {
        "id", "campaign", "customer_number", "state", "attempt", "reason", "created_at", "finished_at",
    }  # fmt: skip
    first = notifier.get("/letters?limit=1")
    rest = notifier.get(first.headers["Link"].partition(">")[0].split("/api/v1")[1])
    assert {one.json["items"][0]["customer_number"] for one in (first, rest)} == {FIRST, SECOND}
    assert notifier.get("/letters?campaign=other").json["items"] == []
    assert notifier.get("/letters?state=lost").status_code == 422
    assert notifier.get("/letters", "auditor").status_code == 403


def test_once_the_address_is_mended_a_letter_goes_out(notifier: Notifier) -> None:
    notifier.campaigns.answers[FIRST] = Invitation(None, "老客户", "...", "zh")
    notifier.take(opened(FIRST))
    (row,) = notifier.rows(CampaignLetter)
    early = notifier.call("POST", f"/letters/{row.id}:resend", "lead")
    assert (early.status_code, early.json["code"]) == (409, "letter-under-way")
    send(notifier)
    notifier.campaigns.answers.clear()
    assert notifier.call("POST", f"/letters/{row.id}:resend", "staff").status_code == 403
    assert notifier.call("POST", "/letters/none:resend", "lead").json["code"] == "letter-unknown"
    again = notifier.call("POST", f"/letters/{row.id}:resend", "lead")
    assert (again.status_code, again.json["state"], again.json["reason"]) == (200, "planned", None)
    send(notifier)
    assert [mail["Message-ID"] for mail in notifier.postbox.mails] == [row.message_id]
    assert states(notifier) == [(FIRST, "sent", None, 1)]


def test_an_open_letter_is_not_quiet(notifier: Notifier, database_url: str) -> None:
    environ = {"NOTIFIER_DATABASE_URL": database_url}
    notifier.take(opened(FIRST))
    found = cli.quiet(environ)
    assert found["letters"] == 1 and not found["quiet"]
    send(notifier)
    assert cli.quiet(environ)["letters"] == 0 and cli.quiet(environ)["quiet"]


def test_a_thousand_are_planned_at_once_and_hold_up_no_notice(notifier: Notifier) -> None:
    notifier.take(opened(*(f"YQ{n}" for n in range(1000))), received())
    notifier.send()
    assert [row.state for row in notifier.rows(Notice) if row.carrier == "email"] == ["sent"]
    assert len(notifier.rows(CampaignLetter)) == 1000


def test_the_worker_sends_letters_beside_notices(notifier: Notifier) -> None:
    notifier.take(opened(FIRST), received())
    stop = threading.Event()
    run = threading.Thread(target=sender(notifier.office), args=(stop,))
    run.start()
    wait_until(lambda: len(notifier.postbox.mails) == 2, what="a letter and a notice")
    stop.set()
    run.join(10)
    assert not run.is_alive() and {row.state for row in notifier.rows(CampaignLetter)} == {"sent"}


class Other:
    """Another service; answer: (status, media type, body) of the next ones; asked: their paths."""

    def __init__(self) -> None:
        self.answer: tuple[int, str, bytes] = (200, "application/json", b"{}")
        self.asked: list[str] = []
        other = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                other.asked.append(self.path)
                status, kind, body = other.answer
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/service"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def says(self, status: int, **body: Any) -> None:
        """Answer with JSON."""
        self.answer = (status, "application/json", json.dumps(body).encode())


@pytest.fixture
def other() -> Iterator[Other]:
    found = Other()
    yield found
    found.server.shutdown()
    found.server.server_close()


def test_what_intake_says_of_a_letter(other: Other) -> None:
    mailing = Mailing("l-1", "upgrade", FIRST, "D", "1", "unified", "<l-1@example.org>", 1, "lease")
    invitations = Invitations(other.url, generate_signing_key())
    other.says(200, email="a@example.com", subject="回访", text="请填写", name="王", language="en", form="unified")
    assert invitations.to(mailing) == Invitation("a@example.com", "回访", "请填写", "en")
    assert other.asked == [f"/service/api/v1/campaigns/upgrade/letters/{FIRST}"]
    for status, code, reason in (
        (404, "not-found", "not_asked"),
        (409, "already-answered", "already_answered"),
        (410, "campaign-closed", "campaign_closed"),
    ):
        other.says(status, code=code)
        assert invitations.to(mailing) == Spared(reason)
    for status in (403, 500):
        other.says(status)
        with pytest.raises(Unreachable):
            invitations.to(mailing)
    with pytest.raises(Unreachable):
        Invitations("http://127.0.0.1:1/intake", generate_signing_key()).to(mailing)


def test_a_form_is_fetched_once_and_asked_for_again_while_there_is_none(other: Other) -> None:
    forms = Forms(other.url, generate_signing_key())
    other.says(404, code="form-unknown")
    assert forms.blank("D", "1", "unified", "en") is None
    other.says(409, code="version-unknown")
    with pytest.raises(Unreachable):
        forms.blank("D", "1", "unified", "en")
    other.answer = (200, DOCX, b"PK")
    assert [forms.blank("D", "1", "unified", "en") for _ in range(2)] == [Attachment("D-unified.docx", DOCX, b"PK")] * 2
    assert other.asked == ["/service/api/v1/forms/blank?policy=D&version=1&form=unified&language=en"] * 3
