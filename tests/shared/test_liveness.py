"""Whether a running process answers, asked the way a container's health check asks."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from prometheus_client import start_http_server

from services.triage import wiring
from shared.operations.broker import free_ports
from shared.processes import commands
from tests.service_apps import environment

ROOT = Path(__file__).resolve().parents[2]


def alive(service: str, process: str, **settings: object) -> bool:
    """What `python -m shared.liveness` says with these settings."""
    environ = {"PATH": os.environ["PATH"], **{name: str(value) for name, value in settings.items()}}
    command = [sys.executable, "-m", "shared.liveness", service, process]
    return subprocess.run(command, env=environ, cwd=ROOT, check=False).returncode == 0


@pytest.fixture
def metrics_port() -> Iterator[int]:
    port = free_ports(1)[0]
    server, thread = start_http_server(port, addr="127.0.0.1")
    yield port
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def web() -> Iterator[tuple[int, dict[str, int]]]:
    """A web process's port, and what it answers by path."""
    answers: dict[str, int] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(answers.get(self.path, 404))
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server.server_port, answers
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_worker_lives_while_it_shows_its_metrics(metrics_port: int) -> None:
    assert alive("triage", "worker", TRIAGE_WORKER_METRICS_PORT=metrics_port)
    assert not alive("triage", "worker", TRIAGE_WORKER_METRICS_PORT=free_ports(1)[0])


def test_a_worker_without_metrics_cannot_be_asked() -> None:
    assert alive("triage", "worker", TRIAGE_WORKER_METRICS_PORT=0)
    assert alive("triage", "worker")


def test_a_web_process_lives_while_it_is_ready(web: tuple[int, dict[str, int]]) -> None:
    port, answers = web
    answers["/triage/readyz"] = 200
    assert alive("triage", "web", TRIAGE_PORT=port)
    answers["/triage/readyz"] = 503
    assert not alive("triage", "web", TRIAGE_PORT=port)
    assert not alive("triage", "web", TRIAGE_PORT=free_ports(1)[0])
    assert not alive("triage", "web")


def test_check_says_what_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, metrics_port: int) -> None:
    """`python -m services.triage check worker`: first the schema, then whether the process answers."""
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    check = commands(wiring).commands["check"].callback
    assert check is not None
    monkeypatch.setenv("TRIAGE_WORKER_METRICS_PORT", str(metrics_port))
    with pytest.raises(Exception, match="schema_not_at_head"):
        check("worker")
    wiring.upgrade(os.environ)
    check("worker")
    monkeypatch.setenv("TRIAGE_WORKER_METRICS_PORT", str(free_ports(1)[0]))
    with pytest.raises(Exception, match="no_answer"):
        check("worker")
