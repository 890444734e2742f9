"""A whole installation for one test: own broker, databases, mail server, departments, channels, processes."""

import importlib
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

from services.intake.usecases.add_channel import NewChannel, add_channel
from services.triage.usecases.keep_departments import WantedDepartment, set_department
from shared.clock import business_now
from shared.db import Database
from shared.messaging.department import Department
from shared.messaging.envelope import Event
from shared.messaging.topology import SERVICES
from shared.operations import home as homes
from shared.operations import runner
from shared.operations.ask import environments
from shared.operations.broker import department_account, free_ports, service_accounts
from shared.operations.channel import Channel
from shared.operations.home import Home
from shared.operations.ledger import Entry, Ledger
from tests.chaos.keeper import Keeper

DEPARTMENTS = ("SUP", "CSR")
DEPARTMENT_PASSWORD = "department-password"
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
    departments = [department_account(code, DEPARTMENT_PASSWORD) for code in DEPARTMENTS]
    broker.prepare([*service_accounts(home.broker_passwords()), *departments], DEPARTMENTS)
    broker.start()
    try:
        for service in SERVICES:
            importlib.import_module(f"services.{service}.wiring").upgrade(home.environment(service))
        key = _open_channel_and_departments(home)
        ledger = Ledger(directory / "ledger.jsonl")
        processes = runner.processes(home)
        for name, command in (replaced or {}).items():
            processes[name] = (command, processes[name][1])
        crashes = directory / "crashes"
        crashes.mkdir()
        with Keeper(processes, points, crashes) as keeper:
            runner.wait_ready(home)
            installation = Installation(home, ledger, keeper, key, postbox)
            with _departments(installation):
                yield installation
    finally:
        broker.kill()
        mail.stop()


def _open_channel_and_departments(home: Home) -> str:
    """One channel, whose key is returned, and the departments with queues; what the command line does, at once."""
    pepper, now = home.secret("pepper"), business_now()
    triage = Database(home.environment("triage")["TRIAGE_DATABASE_URL"])
    with triage.write() as session:
        for code in DEPARTMENTS:
            set_department(session, WantedDepartment(code, "queue"), pepper=pepper, now=now)
    triage.dispose()
    intake = Database(home.environment("intake")["INTAKE_DATABASE_URL"])
    with intake.write() as session:
        key = add_channel(session, NewChannel("test", "C"), pepper=pepper, now=now)
    intake.dispose()
    return key


@contextmanager
def _departments(installation: Installation) -> Iterator[None]:
    def on_work(department: Department, event: Event) -> None:
        if event.name == "work.offered.v1":
            told = Entry("delivered", event.id, event.data["demand_id"], event.data["number"], department.code)
            installation.ledger.record(told)
            department.command("accept", demand=event.data["number"])

    urls = {code: installation.home.broker().url(f"dept-{code}", DEPARTMENT_PASSWORD) for code in DEPARTMENTS}
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
