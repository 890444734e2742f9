"""A private RabbitMQ node: its own name, ports, cookie, epmd and data; the machine's own node is never touched."""

import base64
import hashlib
import json
import os
import secrets
import signal
import socket
import subprocess
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.clock import monotonic
from shared.messaging import topology

_SCRIPTS = ("/usr/lib/rabbitmq/bin", "/usr/local/sbin", "/opt/homebrew/sbin")
_START_SECONDS = 90.0
ADMIN = "setup"


class BrokerMissing(Exception):
    """No rabbitmq-server is installed; the message says what to install."""


@dataclass(frozen=True)
class BrokerPorts:
    """AMQP, Erlang distribution, and this node's own epmd."""

    amqp: int
    distribution: int
    epmd: int


@dataclass(frozen=True)
class Account:
    """A user of the broker. permissions: as topology.permissions() gives them; None: the set-up account."""

    name: str
    password: str
    permissions: Mapping[str, Any] | None = None


class PrivateBroker:
    """One node under a directory. Commands for a supervisor, or start() and kill() for tests."""

    def __init__(self, directory: Path, ports: BrokerPorts) -> None:
        self.directory, self.ports = directory.resolve(), ports
        self._processes: list[subprocess.Popen[bytes]] = []

    @property
    def node(self) -> str:
        """The Erlang name of the node, unique on the machine by its port."""
        return f"demandflow{self.ports.amqp}@localhost"

    def url(self, user: str, password: str) -> str:
        """The address for an account."""
        return f"amqp://{user}:{password}@127.0.0.1:{self.ports.amqp}/%2F"

    def prepare(self, accounts: Sequence[Account], departments: tuple[str, ...] = ()) -> None:
        """Write configuration and definitions; the node loads them at each start and keeps what it has."""
        self.directory.mkdir(parents=True, exist_ok=True)
        cookie = self.directory / ".erlang.cookie"
        if not cookie.exists():
            cookie.touch(0o600)
            cookie.write_text(secrets.token_hex(20))
            cookie.chmod(0o400)
        (self.directory / "enabled_plugins").write_text("[].\n")
        definitions = self.directory / "definitions.json"
        definitions.touch(0o600)
        definitions.write_text(json.dumps(definitions_of(accounts, departments)))
        (self.directory / "rabbitmq.conf").write_text(
            f"listeners.tcp.1 = 127.0.0.1:{self.ports.amqp}\n"
            f"load_definitions = {definitions}\n"
            "vm_memory_high_watermark.absolute = 1GB\n"
            "disk_free_limit.absolute = 50MB\n"
            "log.console = false\n"
            "log.file = node.log\n"
            "raft.wal_max_size_bytes = 67108864\n"
        )

    def environment(self) -> dict[str, str]:
        """What the node's scripts read; everything points into the directory."""
        one_scheduler = "+S 1:1 +sbwt none +sbwtdcpu none +sbwtdio none"
        return {
            "HOME": str(self.directory),
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
            "LANG": "C.UTF-8",
            "ERL_EPMD_PORT": str(self.ports.epmd),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": self.node,
            "RABBITMQ_DIST_PORT": str(self.ports.distribution),
            "RABBITMQ_MNESIA_BASE": str(self.directory / "data"),
            "RABBITMQ_LOG_BASE": str(self.directory / "log"),
            "RABBITMQ_CONFIG_FILE": str(self.directory / "rabbitmq.conf"),
            "RABBITMQ_CONF_ENV_FILE": str(self.directory / "none"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.directory / "enabled_plugins"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(self.directory / "config"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": f"{one_scheduler} -kernel inet_dist_use_interface {{127,0,0,1}}",
        }

    def commands(self) -> dict[str, list[str]]:
        """Program name -> command line, for a supervisor: the node's own epmd, and the node."""
        return {"epmd": [_epmd(), "-port", str(self.ports.epmd)], "rabbitmq": [script("rabbitmq-server")]}

    def start(self) -> None:
        """Start epmd and the node as children and wait until the node takes connections."""
        for command in self.commands().values():
            self._processes.append(
                subprocess.Popen(
                    command,
                    env=self.environment(),
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,
                )
            )
        self.wait()

    def wait(self, seconds: float = _START_SECONDS) -> None:
        """Wait until the node greets; TimeoutError naming its log."""
        deadline, pause = monotonic() + seconds, threading.Event()
        while not greets(self.ports.amqp):
            if monotonic() > deadline:
                raise TimeoutError(f"the broker does not answer; see {self.directory / 'log'}")
            pause.wait(0.1)

    def kill(self) -> None:
        """kill -9 of everything that start() started."""
        for process in reversed(self._processes):
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
            process.wait(10)
        self._processes.clear()

    def control(self, *arguments: str) -> str:
        """Run rabbitmqctl against this node; its output. subprocess.CalledProcessError when it refuses."""
        done = subprocess.run(
            [script("rabbitmqctl"), "-q", "-n", self.node, *arguments],
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        return done.stdout

    def import_accounts(self, accounts: Sequence[Account], departments: tuple[str, ...]) -> None:
        """Add accounts and department queues to the running node; what stands already stays."""
        file = self.directory / "more.json"
        file.touch(0o600)
        file.write_text(json.dumps(definitions_of(accounts, departments)))
        try:
            self.control("import_definitions", str(file))
        finally:
            file.unlink()


def definitions_of(accounts: Sequence[Account], departments: tuple[str, ...]) -> dict[str, Any]:
    """Topology, users (hashed passwords), permissions and topic permissions as one definitions document."""
    users, permissions, topics = [], [], []
    for account in accounts:
        setup = account.permissions is None
        users.append(
            {
                "name": account.name,
                "password_hash": password_hash(account.password),
                "hashing_algorithm": "rabbit_password_hashing_sha256",
                "tags": ["administrator"] if setup else [],
                "limits": {},
            }
        )
        rights = account.permissions or {"configure": ".*", "write": ".*", "read": ".*", "topic": []}
        common = {"user": account.name, "vhost": "/"}
        permissions.append({**common, **{kind: rights[kind] for kind in ("configure", "write", "read")}})
        topics += [
            {**common, "exchange": exchange, "write": write, "read": read} for exchange, write, read in rights["topic"]
        ]
    return {
        "vhosts": [{"name": "/"}],
        "users": users,
        "permissions": permissions,
        "topic_permissions": topics,
        **topology.definitions(departments),
    }


def password_hash(password: str) -> str:
    """RabbitMQ's salted SHA-256, in base64."""
    salt = secrets.token_bytes(4)
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()


def service_accounts(passwords: Mapping[str, str]) -> list[Account]:
    """Accounts of the set-up and of the four services, from their passwords by name."""
    found = [Account(ADMIN, passwords[ADMIN])]
    return found + [Account(name, passwords[name], topology.permissions(name)) for name in topology.SERVICES]


def department_account(code: str, password: str) -> Account:
    """The account of a department that owns its tools."""
    return Account(f"dept-{code}", password, topology.department_permissions(code))


def greets(port: int) -> bool:
    """Whether a broker on this port speaks AMQP: it answers a wrong greeting with its own."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as link:
            link.sendall(b"AMQP\x00\x00\x00\x00")
            link.settimeout(2)
            return link.recv(4) == b"AMQP"
    except OSError:
        return False


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on at this moment, below the range that outgoing connections use."""
    found: list[int] = []
    while len(found) < count:
        port = 20_000 + secrets.randbelow(12_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        if port not in found:
            found.append(port)
    return found


def script(name: str) -> str:
    """The path of one of RabbitMQ's own scripts, past the package's wrappers; BrokerMissing."""
    for directory in _SCRIPTS:
        if (Path(directory) / name).exists():
            return f"{directory}/{name}"
    raise BrokerMissing("RabbitMQ is not installed: install the package rabbitmq-server (3.10 to 4.2)")


def _epmd() -> str:
    for path in ("/usr/bin/epmd", "/usr/lib/erlang/bin/epmd", "/usr/local/bin/epmd", "/opt/homebrew/bin/epmd"):
        if Path(path).exists():
            return path
    raise BrokerMissing("epmd is not installed: it comes with Erlang, which rabbitmq-server needs")
