"""Real servers for tests: one private broker and one private PostgreSQL for the whole run, started when first asked.

With DEMANDFLOW_RUNTIME=docker they run in containers.
"""

import importlib
import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pika
import pytest
import structlog

from shared.ids import new_id
from shared.messaging import topology
from shared.messaging.broker import silence_pika
from shared.operations.broker import (
    ADMIN,
    BrokerPorts,
    PrivateBroker,
    department_account,
    free_ports,
    service_accounts,
)
from shared.operations.postgres import PrivatePostgres
from shared.testing.wait import wait_until
from tests.prepared import shelf

IN_CONTAINERS = os.environ.get("DEMANDFLOW_RUNTIME") == "docker"
DEPARTMENTS = ("SUP", "CSR")
QUEUES = (
    *(queue for service in topology.SERVICES for queue in topology.service_queues(service)),
    *(topology.department_queues(code) for code in DEPARTMENTS),
)


_ROOM = 512 * 1024 * 1024


@dataclass(frozen=True)
class Broker:
    """The private node with the accounts of all services and of the departments SUP and CSR."""

    node: PrivateBroker

    @property
    def admin_url(self) -> str:
        """The address for the set-up account, which may do everything."""
        return self.url_of(ADMIN)

    def url_of(self, user: str, port: int | None = None) -> str:
        """The address for an account, such as "triage" or "dept-SUP"; port: that of a proxy before the node."""
        url = self.node.url(user, password_of(user))
        return url if port is None else url.replace(f":{self.node.ports.amqp}/", f":{port}/")

    def clean(self) -> None:
        """Wait until nobody consumes any more, then bring every queue back, empty and as declared."""
        connection = pika.BlockingConnection(pika.URLParameters(self.admin_url))
        try:
            topology.apply(self.admin_url, DEPARTMENTS)
            channel = connection.channel()
            for queue in QUEUES:
                wait_until(lambda name=queue.name: _consumers(channel, name) == 0, what=f"{queue.name} left alone")
                channel.queue_purge(queue.name)
        finally:
            connection.close()


@pytest.fixture(autouse=True)
def log_lines_of_its_own() -> Iterator[None]:
    """A test that configures logging does so for itself: the next one reads its lines where it expects them."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    if structlog.is_configured():
        structlog.reset_defaults()
        root.handlers = handlers
        root.setLevel(level)


def _consumers(channel: pika.adapters.blocking_connection.BlockingChannel, name: str) -> int:
    return int(channel.queue_declare(name, passive=True).method.consumer_count)


def containers() -> Any:
    """The servers in containers; loaded only where they are asked for."""
    return importlib.import_module("shared.testing.containers")


def password_of(user: str) -> str:
    """The password of an account of the private broker."""
    return f"{user}-password"


@pytest.fixture(scope="session")
def broker_node() -> Iterator[Broker]:
    """The private node, for the whole run."""
    silence_pika()
    directory = Path(tempfile.mkdtemp(prefix="demandflow-broker-"))
    make = containers().ContainerBroker if IN_CONTAINERS else PrivateBroker
    node = make(directory, BrokerPorts(*free_ports(3)))
    passwords = {name: password_of(name) for name in (ADMIN, *topology.SERVICES)}
    departments = [department_account(code, password_of(f"dept-{code}")) for code in DEPARTMENTS]
    node.prepare([*service_accounts(passwords), *departments], DEPARTMENTS)
    try:
        node.start()
        yield Broker(node)
    finally:
        node.remove() if IN_CONTAINERS else node.kill()
        shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture
def broker(broker_node: Broker) -> Broker:
    """The private node with every queue in place and empty."""
    broker_node.clean()
    return broker_node


@pytest.fixture(scope="session")
def postgres() -> Iterator[PrivatePostgres]:
    """The private cluster, for the whole run."""
    cluster = containers().ContainerPostgres() if IN_CONTAINERS else PrivatePostgres(free_ports(1)[0], durable=False)
    try:
        cluster.start()
        yield cluster
    finally:
        shelf(cluster.url("postgres")).close()
        cluster.stop()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def new_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Makes addresses of fresh, empty databases, on SQLite and on PostgreSQL in turn.

    Those of the test before are taken back now: fixtures that end later than this one still look into them, and
    thousands that stay would fill the disk and slow the end of the run.
    """
    if request.param == "sqlite":
        yield lambda: f"sqlite:///{tmp_path}/{new_id()}.sqlite"
        return
    cluster: PrivatePostgres = request.getfixturevalue("postgres")
    databases = shelf(cluster.url("postgres"))
    databases.take_back()
    yield databases.lend


@pytest.fixture
def one_database(tmp_path: Path) -> str:
    """The address of a fresh SQLite database, for pages: they stand on what other tests try on both databases."""
    return f"sqlite:///{tmp_path}/{new_id()}.sqlite"


@pytest.fixture
def database_url(new_database_url: Callable[[], str]) -> str:
    """The address of a fresh, empty database."""
    return new_database_url()


def pytest_configure(config: pytest.Config) -> None:
    """Files of tests lie in memory where there is room: what is tested is the promise, not the disk."""
    memory = Path("/dev/shm")
    given = config.option.basetemp or hasattr(config, "workerinput")
    if not given and memory.is_dir() and shutil.disk_usage(memory).free > _ROOM:
        config.option.basetemp = Path(tempfile.mkdtemp(prefix="demandflow-tests-", dir=memory))
        config.add_cleanup(lambda: shutil.rmtree(config.option.basetemp, ignore_errors=True))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test with a migrated database of its own costs a third of a second: the quick run leaves them out."""
    for item in items:
        if {"new_database_url", "one_database"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("database")
