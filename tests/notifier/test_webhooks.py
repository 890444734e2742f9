"""Signed webhooks: who subscribes, what is told, what answers mean, and where a webhook never goes."""

import re
import socket
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from services.notifier.domain.addresses import fault_of, is_public, read_allowed
from services.notifier.domain.notices import LEASE, MOST_ATTEMPTS
from services.notifier.gateways.webhooks import Webhooks
from services.notifier.jobs.send_notices import send_notices
from services.notifier.store import notices
from services.notifier.tables import Notice, Subscription
from shared.clock import monotonic, system_now
from tests.notifier.conftest import ADDRESS, NAME, Notifier
from tests.notifier.receiver import Receiver, status
from tests.notifier.told import breached, completed, received, triaged


def subscribe(notifier: Notifier, url: str, *events: str, **more: Any) -> Any:
    """A new subscription as it is answered."""
    wanted = {"url": url, "events": events or ("acknowledgement",), **more}
    answer = notifier.call("PUT", "/subscriptions", json=wanted)
    assert answer.status_code == 201, answer.json
    return answer.json


def told(notifier: Notifier) -> list[tuple[str, int, str | None]]:
    """(state, attempt, reason) of all webhooks."""
    return [(row.state, row.attempt, row.reason) for row in notifier.rows(Notice) if row.carrier == "webhook"]


def test_a_receiver_is_told_what_happened_and_nobodys_data(notifier: Notifier, receiver: Receiver) -> None:
    made = subscribe(notifier, receiver.url, "acknowledgement", "demand.completed")
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=", made["secret"])
    notifier.take(received(), triaged(), completed())
    notifier.send("webhook")
    receipt, completion = receiver.verified(made["secret"])
    assert receipt == {
        "type": "demand.received",
        "timestamp": "2026-11-24T08:30:00Z",
        "data": {"number": "M-d1", "demand_id": "d1", "kind": "acknowledgement", "policy": "C", "status": None},
    }
    assert (completion["type"], completion["data"]["status"]) == ("demand.completed", "in_progress")
    ids = [headers["webhook-id"] for headers, _ in receiver.taken]
    assert ids == [row.id for row in notifier.rows(Notice) if row.carrier == "webhook"]
    raw = str(receiver.taken)
    assert NAME not in raw and ADDRESS not in raw
    carriers = [(row.data["carrier"], row.data["kind"]) for row in notifier.published()]
    assert sorted(carriers) == [("webhook", "acknowledgement"), ("webhook", "completion")]


def test_one_happening_is_one_webhook_however_many_audiences_it_has(notifier: Notifier, receiver: Receiver) -> None:
    subscribe(notifier, receiver.url, "breached", "deadline.breached")
    notifier.take(received(policy="B"), triaged(policy="B"), breached("execution"))
    notifier.send("webhook")
    assert len(receiver.taken) == 1


def test_only_the_subscribed_policy_is_told(notifier: Notifier, receiver: Receiver) -> None:
    subscribe(notifier, receiver.url, policy="A")
    notifier.take(received("d1", policy="C"), received("d2", policy="A"))
    notifier.send("webhook")
    assert [b"M-d2" in body for _, body in receiver.taken] == [True]


def test_trouble_passes_and_the_copy_bears_the_same_id(notifier: Notifier, receiver: Receiver) -> None:
    subscribe(notifier, receiver.url)
    notifier.take(received())
    receiver.answer = status(500)
    notifier.send("webhook")
    assert told(notifier) == [("planned", 1, "webhook_unavailable")]
    receiver.answer = status(200)
    notifier.hurry()
    notifier.send("webhook")
    assert told(notifier) == [("sent", 2, None)]
    first, second = (headers["webhook-id"] for headers, _ in receiver.taken)
    assert first == second


@pytest.mark.parametrize("as_date", [False, True])
def test_a_receiver_may_ask_for_time(notifier: Notifier, receiver: Receiver, as_date: bool) -> None:
    wish = format_datetime(system_now() + timedelta(seconds=600), usegmt=True) if as_date else "600"
    receiver.answer = status(429, Retry_After=wish)
    subscribe(notifier, receiver.url)
    notifier.take(received())
    notifier.send("webhook")
    (row,) = [row for row in notifier.rows(Notice) if row.carrier == "webhook"]
    assert row.state == "planned"
    assert timedelta(seconds=590) < row.next_at - system_now() < timedelta(seconds=610)


def test_a_redirect_is_not_followed(notifier: Notifier, receiver: Receiver) -> None:
    receiver.answer = status(301, Location="http://127.0.0.1/elsewhere")
    subscribe(notifier, receiver.url)
    notifier.take(received())
    notifier.send("webhook")
    assert told(notifier) == [("failed", 1, "webhook_redirected")]
    assert len(receiver.taken) == 1


def test_who_is_gone_is_not_asked_again(notifier: Notifier, receiver: Receiver) -> None:
    receiver.answer = status(410)
    subscribe(notifier, receiver.url)
    notifier.take(received("d1"), received("d2"))
    notifier.send("webhook")
    assert told(notifier) == [("failed", 1, "webhook_gone"), ("failed", 1, "subscription_ended")]
    assert [one["active"] for one in notifier.get("/subscriptions").json["items"]] == [False]
    notifier.take(received("d3"))
    assert len(told(notifier)) == 2


def test_it_is_given_up_in_the_end(notifier: Notifier, receiver: Receiver) -> None:
    receiver.answer = status(503)
    subscribe(notifier, receiver.url)
    notifier.take(received())
    for _ in range(MOST_ATTEMPTS):
        notifier.hurry()
        notifier.send("webhook")
    assert told(notifier) == [("failed", MOST_ATTEMPTS, "gave_up")]


def _silent(receiver: Receiver) -> None:
    receiver.answer = lambda _: receiver.ended.wait(30) and None


def _trickle(receiver: Receiver) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        with suppress(OSError):
            for letter in b"HTTP/1.1 200 " + b"O" * 1000:
                handler.wfile.write(bytes([letter]))
                if receiver.ended.wait(0.05):
                    return

    receiver.answer = answer


@pytest.mark.parametrize("slow", [_silent, _trickle])
def test_a_receiver_that_does_not_come_to_an_end(notifier: Notifier, receiver: Receiver, slow: Any) -> None:
    slow(receiver)
    subscribe(notifier, receiver.url)
    notifier.take(received())
    begun = monotonic()
    notifier.send("webhook")
    assert monotonic() - begun < 5, "the limit of these tests is a second"
    assert told(notifier) == [("planned", 1, "webhook_unreachable")]


def test_an_endless_body_is_not_read(notifier: Notifier, receiver: Receiver) -> None:
    written = [0]

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        with suppress(OSError):
            while not receiver.ended.is_set() and written[0] < 1 << 30:
                written[0] += handler.wfile.write(b"x" * 65536)

    receiver.answer = answer
    subscribe(notifier, receiver.url)
    notifier.take(received())
    notifier.send("webhook")
    assert told(notifier) == [("sent", 1, None)]
    receiver.close()
    assert written[0] < 1 << 26, "more than the buffers of two sockets"


def test_one_slow_receiver_holds_up_only_itself(notifier: Notifier, receiver: Receiver) -> None:
    slow, quick = subscribe(notifier, receiver.url), subscribe(notifier, receiver.url)
    notifier.take(received("d1"), received("d2"))
    with notifier.database.write() as session:
        taken = [notices.take(session, "webhook", system_now()) for _ in range(3)]
    under_way = [one.recipient for one in taken if one is not None]
    assert sorted(under_way) == sorted(f"webhook:{one['id']}" for one in (slow, quick))
    with notifier.database.write() as session:
        assert notices.take(session, "webhook", system_now() + LEASE * 2) is not None, "a lease that ran out is free"


def test_nothing_is_sent_to_an_address_that_is_not_public(notifier: Notifier, receiver: Receiver) -> None:
    """A name that led elsewhere when it was saved: the address is judged again, and pinned, at the moment of use."""
    subscribe(notifier, receiver.url)
    notifier.take(received())
    while send_notices(replace(notifier.office, webhooks=Webhooks(read_allowed(""))), "webhook"):
        pass
    assert told(notifier) == [("failed", 1, "webhook_address_forbidden")]
    assert receiver.taken == []


def test_the_pinned_address_is_the_one_that_was_judged(
    notifier: Notifier, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS that answers otherwise the second time is not asked a second time."""
    port = int(receiver.url.rsplit(":", 1)[1].split("/")[0])
    answers = iter(["127.0.0.1", "169.254.169.254", "169.254.169.254"])
    found = socket.getaddrinfo

    def flip(host: str, *arguments: Any, **more: Any) -> Any:
        address = next(answers) if host == "hooks.example" else host
        return found(address, *arguments, **more)

    monkeypatch.setattr(socket, "getaddrinfo", flip)
    target = Webhooks(read_allowed("127.0.0.1")).target(f"http://hooks.example:{port}/")
    assert target.addresses == ("127.0.0.1",)
    assert Webhooks(read_allowed("127.0.0.1"))._post(target, {}, b"{}", system_now()).state == "sent"
    assert next(answers) == "169.254.169.254", "asked once only"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://192.168.1.1/", "address-forbidden"),
        ("https://169.254.169.254/latest", "address-forbidden"),
        ("http://[::ffff:10.0.0.1]/", "address-forbidden"),
        ("https://[64:ff9b::7f00:1]/", "address-forbidden"),
        ("https://[2002:7f00:1::]/", "address-forbidden"),
        ("https://0x0a000001/", "address-forbidden"),
        ("http://1.1.1.1/", "https-only"),
        ("https://1.1.1.1:25/", "port-forbidden"),
        ("https://user@1.1.1.1/", "url-unfit"),
        ("https://1.1.1.1/#here", "url-unfit"),
        ("https://1.1.1.1/a b", "url-unfit"),
        ("https://1.1.1.1:99999/", "url-unfit"),
        ("file:///etc/passwd", "url-unfit"),
        ("https://no-such-host.invalid/", "host-unknown"),
    ],
)  # fmt: skip
def test_where_nobody_may_subscribe_to(notifier: Notifier, url: str, code: str) -> None:
    answer = notifier.call("PUT", "/subscriptions", json={"url": url, "events": ["acknowledgement"]})
    assert (answer.status_code, answer.json["errors"][0]) == (
        422,
        {"pointer": "/url", "code": code, "message": answer.json["errors"][0]["message"]},
    )
    assert notifier.rows(Subscription) == []


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("1.1.1.1", True), ("2606:4700::1111", True), ("10.0.0.1", False), ("127.0.0.1", False), ("0.0.0.0", False),
        ("100.64.0.1", False), ("169.254.169.254", False), ("192.168.0.1", False), ("224.0.0.1", False),
        ("255.255.255.255", False), ("::1", False), ("::", False), ("fe80::1", False), ("fd00::1", False),
        ("::ffff:127.0.0.1", False), ("::ffff:1.1.1.1", True), ("64:ff9b::7f00:1", False), ("2002:7f00:1::", False),
        ("2001:0:1::1", False), ("::7f00:1", False), ("ff02::1", False),
    ],
)  # fmt: skip
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert is_public(address) is public


def test_the_operators_list() -> None:
    allowed = read_allowed("10.0.0.0/8, hooks.lan,fd00::/8")
    assert fault_of("http", "hooks.lan", 25, ["192.168.0.9"], allowed) is None
    assert fault_of("http", "else.lan", 80, ["10.1.2.3"], allowed) is None
    assert fault_of("http", "else.lan", 80, ["10.1.2.3", "192.168.0.1"], allowed) == "address-forbidden"
    assert fault_of("https", "else.lan", 443, ["10.1.2.3", "1.1.1.1"], allowed) is None
    assert fault_of("http", "else.lan", 80, ["fd00::1"], allowed) is None
    assert fault_of("https", "else.lan", 443, [], allowed) == "host-unknown"


def test_a_subscription_is_changed_by_who_has_seen_it(notifier: Notifier, receiver: Receiver) -> None:
    made = subscribe(notifier, receiver.url)
    changed = {"id": made["id"], "url": receiver.url, "events": ["completion"], "active": False}
    assert notifier.call("PUT", "/subscriptions", json=changed).status_code == 428
    answer = notifier.call("PUT", "/subscriptions", json=changed, headers={"If-Match": '"v1"'})
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"v2"')
    assert "secret" not in answer.json, "it is shown once"
    stale = notifier.call("PUT", "/subscriptions", json=changed, headers={"If-Match": '"v1"'})
    assert stale.status_code == 412
    (shown,) = notifier.get("/subscriptions").json["items"]
    assert (shown["events"], shown["active"], shown["version"]) == (["completion"], False, 2)
    assert made["secret"] not in notifier.get("/subscriptions").text


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [({"events": ["no_such"]}, "/events"), ({"events": []}, "/events"), ({"policy": "Z"}, "/policy"),
     ({"surprise": 1}, "/surprise"), ({"active": "yes"}, "/active")],
)  # fmt: skip
def test_what_no_subscription_may_say(
    notifier: Notifier, receiver: Receiver, changes: dict[str, Any], pointer: str
) -> None:
    wanted = {"url": receiver.url, "events": ["acknowledgement"], **changes}
    answer = notifier.call("PUT", "/subscriptions", json=wanted)
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, pointer)


def test_who_may_subscribe(notifier: Notifier, receiver: Receiver) -> None:
    wanted = {"url": receiver.url, "events": ["acknowledgement"]}
    for role, expected in {"staff": 403, "lead": 403, "manager": 201, "operator": 201}.items():
        assert notifier.call("PUT", "/subscriptions", role, json=wanted).status_code == expected
    unknown = {**wanted, "id": "nobody"}
    assert notifier.call("PUT", "/subscriptions", json=unknown, headers={"If-Match": "*"}).status_code == 404
