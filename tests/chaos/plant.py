"""Starts a process with one promise broken on purpose: python -m tests.chaos.plant FAULT SERVICE web|worker."""

import os
import sys
from typing import Any

from shared.operations.home import ROOT


def outbox_off() -> None:
    """intake stores demands without telling anybody: every second demand.received is not written."""
    from services.intake import events

    real, seen = events.publish, [0]

    def publish(session: Any, **event: Any) -> str:
        seen[0] += event["type"] == "demand.received"
        if event["type"] == "demand.received" and seen[0] % 2:
            return "never"
        return real(session, **event)

    events.publish = publish


def ack_before_commit() -> None:
    """The consumer acknowledges first and works then; CRASH_AT does the rest."""
    from shared.messaging.consumer import Consumer

    real = Consumer._on_event

    def on_event(self: Any, channel: Any, method: Any, properties: Any, body: bytes) -> None:
        channel.basic_ack(method.delivery_tag)
        channel._flush_output()
        real(self, _Deaf(), method, properties, body)

    Consumer._on_event = on_event  # type: ignore[method-assign]


class _Deaf:
    """A channel whose acknowledgement was given already."""

    def basic_ack(self, _tag: int) -> None:
        return


def gate_off() -> None:
    """The gate lets everything through, however often it comes."""
    from shared.messaging import cursor
    from shared.messaging.cursor import Verdict

    def advance(session: Any, event: Any, *, retry: bool = False) -> tuple[Verdict, int]:
        before = cursor.lock(session, event)
        table = cursor.cursors
        session.execute(
            table.update()
            .where(table.c.source == event.source, table.c.subject == event.subject)
            .values(version=max(before, event.version))
        )
        return Verdict.APPLY, 0

    cursor.advance = advance


FAULTS = {"outbox-off": outbox_off, "ack-before-commit": ack_before_commit, "gate-off": gate_off}


def intake_app() -> Any:
    """intake's application with the fault that FAULT names."""
    from services.intake.wiring import create_app

    FAULTS[os.environ["FAULT"]]()
    return create_app()


def main() -> None:
    """Plant, then run what the service itself would run."""
    fault, service, kind = sys.argv[1:4]
    if kind == "web":
        os.environ |= {"FAULT": fault, "DEMANDFLOW_SERVICE": service}
        settings = str(ROOT / "deploy" / "gunicorn.conf.py")
        application = f"tests.chaos.plant:{service}_app()"
        os.execvp(sys.executable, [sys.executable, "-m", "gunicorn", "-c", settings, application])
    FAULTS[fault]()
    import importlib

    from shared import logging
    from shared.messaging.worker import run_worker

    logging.configure(service)
    sys.exit(run_worker(importlib.import_module(f"services.{service}.wiring").create_worker(None)))


if __name__ == "__main__":
    main()
