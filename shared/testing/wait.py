"""Waiting for what another thread or process will do, without guessing how long it takes."""

import threading
from collections.abc import Callable
from typing import TypeVar

from shared.clock import monotonic

Found = TypeVar("Found")


def wait_until(condition: Callable[[], Found], seconds: float = 20, what: str = "") -> Found:
    """Ask until the answer is true, and return it; AssertionError naming `what` when the seconds are over."""
    deadline, pause = monotonic() + seconds, threading.Event()
    while True:
        found = condition()
        if found:
            return found
        if monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what}")
        pause.wait(0.02)
