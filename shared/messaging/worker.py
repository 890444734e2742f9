"""The worker process: consumer, relay and clock side by side, each in a thread, or one of them alone."""

import os
import signal
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import structlog
from prometheus_client import start_http_server

from shared.clock import monotonic, system_now
from shared.config import ConfigError
from shared.db import Database
from shared.logging import place_of
from shared.messaging import attempts, metrics, resend
from shared.messaging.commands import CommandDesk, CommandHandler
from shared.messaging.consumer import Consumer
from shared.messaging.facts import backlog
from shared.messaging.gate import Gate, Handler
from shared.messaging.relay import Relay

log = structlog.get_logger()
STOP_SECONDS = 8.0
Part = Callable[[threading.Event], None]


@dataclass(frozen=True)
class Job:
    """Periodic work of the clock. run returns how many rows it handled; more than 0 runs it again at once."""

    name: str
    every: float
    run: Callable[[], int]


@dataclass(frozen=True)
class WorkerSpec:
    """All that a service's worker is made of. only: "consumer", "relay", "clock" or one of parts; None: all of them.

    parts: what this service runs besides, each in a thread until its event is set.
    """

    service: str
    database: Database
    broker_url: str
    handlers: Mapping[str, Handler]
    ctx: Any
    command_handler: CommandHandler | None = None
    jobs: tuple[Job, ...] = ()
    parts: Mapping[str, Part] = field(default_factory=dict)
    metrics_port: int = 0
    only: str | None = None


def run_worker(spec: WorkerSpec) -> int:
    """Run until SIGTERM or until a part ends by itself; returns the exit code."""
    stop = threading.Event()
    failed: list[str] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if spec.metrics_port:
        start_http_server(spec.metrics_port, addr=os.environ.get("DEMANDFLOW_BIND", "127.0.0.1"))
    threads = [
        threading.Thread(target=_guard, args=(name, part, stop, failed), name=name, daemon=True)
        for name, part in _parts(spec).items()
    ]
    for thread in threads:
        thread.start()
    log.info("worker_started", service=spec.service, parts=[thread.name for thread in threads])
    while not stop.wait(1.0):
        pass
    deadline = monotonic() + STOP_SECONDS
    for thread in threads:
        thread.join(max(0.0, deadline - monotonic()))
    log.info("worker_stopped", service=spec.service, failed=failed)
    return 1 if failed else 0


def _parts(spec: WorkerSpec) -> dict[str, Part]:
    gate = Gate(spec.service, spec.database, spec.handlers, spec.ctx)
    desk = CommandDesk(spec.service, spec.database, spec.command_handler, spec.ctx) if spec.command_handler else None
    parts: dict[str, Part] = {
        "consumer": Consumer(spec.service, spec.database, spec.broker_url, gate, desk).run,
        "relay": Relay(spec.service, spec.database, spec.broker_url).run,
        "clock": Clock((*_housekeeping(spec, gate), *spec.jobs)).run,
        **spec.parts,
    }
    if spec.only is None:
        return parts
    if spec.only not in parts:
        raise ConfigError(f"there is no part {spec.only}")
    return {spec.only: parts[spec.only]}


def _guard(name: str, part: Part, stop: threading.Event, failed: list[str]) -> None:
    """A part that raises ends the process: the supervisor starts all of it anew."""
    try:
        part(stop)
    except Exception as error:  # noqa: BLE001 - reported and turned into the exit code
        log.error("worker_part_failed", part=name, error_type=type(error).__name__, at=place_of(error))
        failed.append(name)
    stop.set()


class Clock:
    """Runs jobs when they are due; a job that raises is logged and comes again at its next time."""

    def __init__(self, jobs: tuple[Job, ...]) -> None:
        self._jobs = jobs
        self._due = {job.name: 0.0 for job in jobs}

    def run(self, stop: threading.Event) -> None:
        """Run jobs until stop is set."""
        while not stop.is_set():
            for job in self._jobs:
                if monotonic() >= self._due[job.name] and not stop.is_set():
                    self._run(job)
            stop.wait(0.1)

    def _run(self, job: Job) -> None:
        try:
            again = job.run() > 0
        except Exception as error:  # noqa: BLE001 - one job's trouble must not stop the others
            again = False
            log.error("job_failed", job=job.name, error=type(error).__name__)
        self._due[job.name] = monotonic() + (0.0 if again else job.every)


def _housekeeping(spec: WorkerSpec, gate: Gate) -> tuple[Job, ...]:
    def digest() -> int:
        now = system_now()
        with spec.database.read() as session:
            due, last = resend.digest_is_due(session, now)
        if due:
            with spec.database.write() as session:
                resend.ensure_state(session)
                resend.write_digests(session, spec.service, now, since=last)
        return 0

    def watch() -> int:
        with spec.database.read() as session:
            held, parked = backlog(session)
        metrics.HELD.labels(spec.service).set(held)
        metrics.PARKED.labels(spec.service).set(parked)
        return 0

    def tidy() -> int:
        with spec.database.write() as session:
            attempts.forget_applied(session)
        return 0

    return (
        Job("sweep", 0.5, gate.sweep),
        Job("digest", 60.0, digest),
        Job("watch", 15.0, watch),
        Job("tidy", 300.0, tidy),
    )
