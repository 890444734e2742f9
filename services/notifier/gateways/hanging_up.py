"""A limit for a whole conversation, where timeouts only limit each single wait."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


@contextmanager
def hanging_up_after(seconds: float, link: Callable[[], socket.socket | None]) -> Iterator[None]:
    """Break the connection (link: what it is by then) when the block takes longer; that ends it with TimeoutError.

    Also when the block itself went on with what had come by then: half an answer is none.
    """
    over = threading.Event()

    def hang_up() -> None:
        over.set()
        there = link()
        if there is not None:
            with suppress(OSError):
                # TLS would take its own state down under the thread that still reads; the plain socket is enough.
                socket.socket.shutdown(there, socket.SHUT_RDWR)

    timer = threading.Timer(seconds, hang_up)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
    if over.is_set():
        raise TimeoutError
