"""Who was told is listed, and can be told again."""

import pytest

from services.notifier.tables import Notice
from tests.notifier.conftest import ADDRESS, Notifier
from tests.notifier.receiver import Receiver, status
from tests.notifier.test_webhooks import subscribe
from tests.notifier.told import completed, received, triaged


def _listed(notifier: Notifier, query: str) -> list[tuple[str, str, str]]:
    answer = notifier.get(f"/notices?{query}")
    assert answer.status_code == 200, answer.json
    return [(one["number"], one["kind"], one["carrier"]) for one in answer.json["items"]]


def test_notices_are_listed_without_naming_anybody(notifier: Notifier) -> None:
    for index in range(3):
        notifier.take(received(f"d{index}"))
    notifier.send()
    page = notifier.get("/notices?limit=2")
    assert [one["number"] for one in page.json["items"]] == ["M-d2", "M-d1"]
    rest = notifier.get("/notices?" + page.headers["Link"].partition("?")[2].partition(">")[0])
    assert [one["number"] for one in rest.json["items"]] == ["M-d0"]
    assert ADDRESS not in page.text


def test_notices_are_found_by_what_is_asked_of_them(notifier: Notifier, receiver: Receiver) -> None:
    subscribe(notifier, receiver.url, "completion")
    notifier.take(received("d1"), received("d2"))
    notifier.send()
    notifier.take(triaged("d1"), completed(2, "d1"))
    assert _listed(notifier, "number=M-d2") == [("M-d2", "acknowledgement", "email")]
    assert _listed(notifier, "kind=completion&state=planned&carrier=webhook") == [("M-d1", "completion", "webhook")]
    assert len(_listed(notifier, "state=sent")) == 2
    assert _listed(notifier, "number=M-nobody") == []
    for wrong in ("state=addressed", "carrier=pigeon", "number=%00", "kind=A%27", "surprise=1"):
        assert notifier.get(f"/notices?{wrong}").status_code == 422


def test_a_failed_mail_goes_out_after_all(notifier: Notifier) -> None:
    notifier.postbox.to_recipient = "550 nobody here"
    notifier.take(received())
    notifier.send()
    (failed,) = notifier.rows(Notice)
    notifier.postbox.to_recipient = "250 ok"
    answer = notifier.call("POST", f"/notices/{failed.id}:resend", "lead")
    assert (answer.status_code, answer.json["state"], answer.json["attempt"]) == (200, "planned", 0)
    notifier.send()
    (mail,) = notifier.postbox.mails
    assert mail["Message-ID"] == failed.message_id
    assert [row.type.split(".")[2] for row in notifier.published()] == ["failed", "sent"]


def test_a_second_copy_bears_the_id_of_the_first(notifier: Notifier, receiver: Receiver) -> None:
    receiver.answer = status(404)
    subscribe(notifier, receiver.url)
    notifier.take(received())
    notifier.send()
    (mail,) = [row for row in notifier.rows(Notice) if row.carrier == "email"]
    key = {"Idempotency-Key": "again-1"}
    for _ in range(2):  # the same request once more sends no third copy
        assert notifier.call("POST", f"/notices/{mail.id}:resend", headers=key).status_code == 200
        notifier.send()
    first, second = notifier.postbox.mails
    assert first["Message-ID"] == second["Message-ID"]


def test_what_is_under_way_is_not_sent_again(notifier: Notifier) -> None:
    notifier.take(received())
    (row,) = notifier.rows(Notice)
    answer = notifier.call("POST", f"/notices/{row.id}:resend")
    assert (answer.status_code, answer.json["code"]) == (409, "notice-under-way")
    assert notifier.call("POST", "/notices/nothing:resend").status_code == 404


@pytest.mark.parametrize("role", ["staff", "auditor", "department"])
def test_who_may_not_send_again(notifier: Notifier, role: str) -> None:
    notifier.take(received())
    (row,) = notifier.rows(Notice)
    assert notifier.call("POST", f"/notices/{row.id}:resend", role).status_code == 403
