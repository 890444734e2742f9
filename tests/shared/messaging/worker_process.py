"""A worker as a process of its own: service, database url, broker url; the environment names its accidents.

CRASH_AT and CRASH_ONCE_FILE: see shared.crashpoint. FREEZE_AT: stop by SIGSTOP at that place, once.
ONLY: consumer, relay or clock.
"""

import os
import signal
import sys
import threading

from shared import crashpoint, logging
from shared.db import Database
from shared.messaging import relay
from shared.messaging.worker import WorkerSpec, run_worker
from tests.shared.messaging.kit import HANDLERS


def _freeze_once(name: str) -> None:
    if name == os.environ["FREEZE_AT"]:
        os.environ["FREEZE_AT"] = ""
        signal.pthread_kill(threading.get_ident(), signal.SIGSTOP)  # a signal to the process may stop us too late
    crashpoint.crashpoint(name)


def main() -> int:
    """Run until SIGTERM; the exit code of the worker."""
    service, database, broker = sys.argv[1:]
    logging.configure(service)
    if os.environ.get("FREEZE_AT"):
        relay.crashpoint = _freeze_once
    only = os.environ.get("ONLY")
    return run_worker(WorkerSpec(service, Database(database), broker, HANDLERS, None, only=only))


if __name__ == "__main__":
    sys.exit(main())
