"""A whole installation for one test: own broker, databases, mail server, departments, channels, processes."""

import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default as mail_policy
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

from shared.messaging.department import Department
from shared.messaging.envelope import Event
from shared.messaging.topology import SERVICES
from shared.operations import home as homes
from shared.operations import runner
from shared.operations.ask import environments
from shared.operations.broker import free_ports, service_accounts
from shared.operations.channel import Channel
from shared.operations.demo import demandflow
from shared.operations.home import ROOT, Home
from shared.operations.ledger import Entry, Ledger
from tests.chaos.keeper import Keeper

TEXTS = (
    "想知道订单何时送达，三天没有物流更新",
    "上周报的维护需求一直没人答复，业务受影响",
    "希望在个人中心自己选发票抬头",
)


class Postbox:
    """A real SMTP server that keeps what it is given."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self._lock = threading.Lock()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        with self._lock:
            self.mails.append(BytesParser(EmailMessage, policy=mail_policy).parsebytes(envelope.content))
        return "250 kept"


@dataclass
class Installation:
    """What a test drives and looks at."""

    home: Home
    ledger: Ledger
    keeper: Keeper
    channel_key: str
    postbox: Postbox
    stop: threading.Event = field(default_factory=threading.Event)

    def settings(self) -> dict[str, dict[str, str]]:
        """Every service's settings."""
        return environments(self.home)

    def report(self, count: int, offset: int = 0) -> None:
        """Report demands from one thread, each by another customer."""
        channel = Channel(self.home.web_url("intake"), self.channel_key, self.ledger)
        for index in range(offset, offset + count):
            contact = {"phone": f"138{index:08d}", "email": f"customer{index}@example.com"}
            body = {"customer": {"name": f"客户{index}", "contact": contact}, "description": TEXTS[index % 3]}
            channel.report(body, patience=60)

    def load(self, threads: int, each: int) -> None:
        """Report from several threads at once and wait for all of them."""
        workers = [threading.Thread(target=self.report, args=(each, place * each)) for place in range(threads)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(120)
            assert not worker.is_alive(), "a channel got no answer in two minutes"


@contextmanager
def installed(
    directory: Path,
    database_urls: Mapping[str, str],
    *,
    points: Mapping[str, Sequence[str]],
    replaced: Mapping[str, list[str]] | None = None,
) -> Iterator[Installation]:
    """A running installation. points: process -> crash points; replaced: process -> another command line."""
    home, postbox = Home(directory / "home"), Postbox()
    mail = Controller(postbox, hostname="127.0.0.1", port=free_ports(1)[0])
    mail.start()
    environ = {**database_urls, "NOTIFIER_SMTP_URL": f"smtp://127.0.0.1:{mail.port}"}
    homes.prepare(home, mode="test", port_base=_port_base(), environ=environ)
    broker = home.broker()
    broker.prepare(service_accounts(home.broker_passwords()))
    broker.start()
    try:
        for service in SERVICES:
            _run(home, [sys.executable, "-m", f"services.{service}", "migrate"], home.environment(service))
        ledger = Ledger(directory / "ledger.jsonl")
        urls = {code: demandflow(home, "department", "add", code, "--queue", "--json") for code in ("SUP", "CSR")}
        key = demandflow(home, "channel", "add", "test", "--policy", "C", "--json")["key"]
        processes = runner.processes(home)
        for name, command in (replaced or {}).items():
            processes[name] = (command, processes[name][1])
        crashes = directory / "crashes"
        crashes.mkdir()
        with Keeper(processes, points, crashes) as keeper:
            runner.wait_ready(home)
            installation = Installation(home, ledger, keeper, key, postbox)
            with _departments(installation, {code: row["broker_url"] for code, row in urls.items()}):
                yield installation
    finally:
        broker.kill()
        mail.stop()


@contextmanager
def _departments(installation: Installation, urls: Mapping[str, str]) -> Iterator[None]:
    def on_work(department: Department, event: Event) -> None:
        if event.name == "work.offered.v1":
            told = Entry("delivered", event.id, event.data["demand_id"], event.data["number"], department.code)
            installation.ledger.record(told)
            department.command("accept", demand=event.data["number"])

    threads = [
        threading.Thread(target=Department(code, url).take, args=(on_work, installation.stop), daemon=True)
        for code, url in urls.items()
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        installation.stop.set()
        for thread in threads:
            thread.join(15)


def _port_base() -> int:
    while True:
        base = free_ports(1)[0]
        if not any(runner.is_taken(base + offset) for offset in range(14)):
            return base


def _run(home: Home, command: list[str], environment: Mapping[str, str]) -> None:
    done = subprocess.run(
        command, env={**runner.base_environment(), **environment}, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
