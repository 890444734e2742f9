"""Mail servers that are slow, silent or rude: the others are served meanwhile, and nothing is sent twice for it."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

from services.notifier.domain.letters import Letter
from services.notifier.domain.notices import Outcome
from services.notifier.gateways.mail import Mailer
from services.notifier.jobs.send_notices import sender
from services.notifier.tables import Notice
from shared.clock import monotonic
from shared.testing.wait import wait_until
from tests.notifier.conftest import Notifier
from tests.notifier.receiver import Receiver
from tests.notifier.test_webhooks import subscribe
from tests.notifier.told import received

LETTER = Letter("你好", "正文")


@contextmanager
def _server(talk: Callable[[socket.socket, threading.Event], None]) -> Iterator[str]:
    """A server that talks like this to everybody; its url."""
    ended = threading.Event()

    def serve() -> None:
        with suppress(OSError):
            while True:
                link, _ = listener.accept()
                threading.Thread(target=_talk, args=(link,), daemon=True).start()

    def _talk(link: socket.socket) -> None:
        with suppress(OSError), link:
            talk(link, ended)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, daemon=True).start()
        yield f"smtp://127.0.0.1:{listener.getsockname()[1]}"
        ended.set()


def _send(url: str, seconds: float = 1.0) -> tuple[Outcome, float]:
    begun = monotonic()
    outcome = Mailer(url, "notices@example.org", seconds=seconds).send(LETTER, to="a@example.org", message_id="<1@x>")
    return outcome, monotonic() - begun


def _trickle(link: socket.socket, ended: threading.Event) -> None:
    while not ended.wait(0.05):
        link.sendall(b"220-wait\r\n")


def _accept_and_fall_silent(link: socket.socket, ended: threading.Event) -> None:
    """A polite server until the text is taken; then no good-bye."""
    link.sendall(b"220 here\r\n")
    lines = link.makefile("rb")
    in_text = False
    for line in lines:
        word = line[:4].upper().strip()
        if in_text:
            if line == b".\r\n":
                in_text = False
                link.sendall(b"250 kept\r\n")
        elif word == b"DATA":
            in_text = True
            link.sendall(b"354 go on\r\n")
        elif word == b"QUIT":
            ended.wait(30)
        else:
            link.sendall(b"250 ok\r\n")


def test_a_tarpit_is_left_after_the_whole_time() -> None:
    with _server(_trickle) as url:
        outcome, took = _send(url)
    assert outcome == Outcome("retry", "mail_server_unreachable")
    assert took < 5


def test_what_was_taken_is_sent_even_without_a_good_bye() -> None:
    with _server(_accept_and_fall_silent) as url:
        outcome, _ = _send(url)
    assert outcome == Outcome("sent")


def test_a_server_that_hangs_up_at_once() -> None:
    with _server(lambda link, _: link.close()) as url:
        assert _send(url)[0] == Outcome("retry", "mail_server_unreachable")
    assert _send("smtps://127.0.0.1:1")[0] == Outcome("retry", "mail_server_unreachable")


def test_a_slow_mail_server_holds_up_no_webhook(notifier: Notifier, receiver: Receiver) -> None:
    subscribe(notifier, receiver.url)
    entered, stop = threading.Event(), threading.Event()

    class Slow:
        def send(self, letter: Letter, *, to: str, message_id: str) -> Outcome:
            entered.set()
            stop.wait(30)
            return Outcome("sent")

    run = threading.Thread(target=sender(replace(notifier.office, mail=Slow())), args=(stop,))
    run.start()
    notifier.take(received("d1"), received("d2"), received("d3"))
    assert entered.wait(10)
    wait_until(lambda: len(receiver.taken) == 3, what="three webhooks")
    assert {row.state for row in notifier.rows(Notice) if row.carrier == "email"} == {"sending", "planned"}
    stop.set()
    run.join(10)
    assert not run.is_alive(), "it ends when it is told to"
