"""Named places where a test may kill the process, to prove that a crash there loses nothing."""

import os
import signal

_ARMED = os.environ.get("CRASH_AT", "")


def crashpoint(name: str) -> None:
    """Kill this process at once when `CRASH_AT` names this place; costs one comparison otherwise.

    With `CRASH_ONCE_FILE` set, only the process that manages to create that file dies, so that its restarted
    successor goes on.
    """
    if name == _ARMED:
        _die()


def _die() -> None:
    once = os.environ.get("CRASH_ONCE_FILE", "")
    if once:
        try:
            os.close(os.open(once, os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            return
    os.kill(os.getpid(), signal.SIGKILL)
