"""A private PostgreSQL cluster in a directory of its own; the package's own cluster is never touched."""

import os
import shutil
import signal
import subprocess
import tempfile
import threading
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from shared.clock import monotonic

_START_SECONDS = 60.0


class PostgresMissing(Exception):
    """No PostgreSQL server is installed; the message says what to install."""


class PrivatePostgres:
    """One cluster on a loopback port. It refuses to run as root, so root runs it as the user postgres.

    durable False: it need not survive the machine's crash, only its own; a run of tests is a third faster so.
    """

    def __init__(self, port: int, *, durable: bool = True) -> None:
        self.port, self._durable = port, durable
        self.directory = Path(tempfile.mkdtemp(prefix="demandflow-pg-"))
        self._process: subprocess.Popen[bytes] | None = None
        if os.geteuid() == 0:
            self._user: str | None = "postgres"
            shutil.chown(self.directory, "postgres", "postgres")
        else:
            self._user = None

    def start(self) -> None:
        """Make the cluster if needed, start it, wait until it answers."""
        data = self.directory / "data"
        if not data.exists():
            self._run([binary("initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C"])
        options = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": str(self.directory),
            "max_connections": "200",
            "shared_buffers": "64MB",
            "log_error_verbosity": "terse",  # DETAIL lines quote values
            **({} if self._durable else {"fsync": "off", "full_page_writes": "off"}),
        }
        settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        self._process = subprocess.Popen(
            [binary("postgres"), "-D", str(data), *settings],
            user=self._user,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self.directory,
            start_new_session=True,
        )
        self._wait()

    def url(self, database: str) -> str:
        """The address of a database."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def create(self, database: str) -> str:
        """Make an empty database; returns its address."""
        self._tell(f'CREATE DATABASE "{database}"')
        return self.url(database)

    def _tell(self, statement: str) -> None:
        engine = create_engine(self._admin_url(), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()

    def kill(self) -> None:
        """kill -9 of the whole cluster."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End the cluster at once, in order, and remove its directory."""
        self._end(signal.SIGQUIT)
        shutil.rmtree(self.directory, ignore_errors=True)

    def _end(self, number: signal.Signals) -> None:
        if self._process is None:
            return
        try:
            if number is signal.SIGKILL:
                os.killpg(self._process.pid, number)
            else:
                self._process.send_signal(number)
        except ProcessLookupError:
            pass
        self._process.wait(30)
        self._process = None

    def _wait(self) -> None:
        deadline, pause = monotonic() + _START_SECONDS, threading.Event()
        engine = create_engine(self._admin_url())
        while True:
            try:
                with engine.connect():
                    break
            except OperationalError:
                if monotonic() > deadline:
                    raise TimeoutError("PostgreSQL does not answer") from None
                pause.wait(0.1)
        engine.dispose()

    def _admin_url(self) -> str:
        return self.url("postgres").replace("postgresql:", "postgresql+psycopg:")

    def _run(self, command: list[str]) -> None:
        subprocess.run(command, user=self._user, cwd=self.directory, check=True, capture_output=True)


def binary(name: str) -> str:
    """The newest installed server's program; PostgresMissing."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    if found:
        return str(found[-1])
    plain = shutil.which(name)
    if plain is None:
        raise PostgresMissing("PostgreSQL is not installed: install the package postgresql (15 or newer)")
    return plain
