"""The native runner: a private broker and the processes of every service under supervisor."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests

from shared.clock import monotonic
from shared.messaging.topology import SERVICES
from shared.operations import home as homes
from shared.operations.broker import service_accounts
from shared.operations.departments import account_of, provisioned
from shared.operations.home import ROOT, Home

_READY_SECONDS = 90.0
_STOP_SECONDS = 40.0


class NotStarted(Exception):
    """The installation did not come up; the message says why and where to look."""


def up(home: Home, *, mode: str, port_base: int, environ: Mapping[str, str]) -> None:
    """Prepare, migrate and start everything, and wait until all of it answers. Does nothing when it runs."""
    if running_pid(home) is not None:
        wait_ready(home)
        return
    settings = homes.prepare(home, mode=mode, port_base=port_base, environ=environ)
    taken = [port for port in (*_ports(settings),) if is_taken(port)]
    if taken:
        raise NotStarted(f"ports in use: {taken}; choose others with --port-base")
    standing = provisioned(home)
    accounts = [*service_accounts(home.broker_passwords()), *(account_of(home, code) for code in standing)]
    home.broker().prepare(accounts, standing)
    with ThreadPoolExecutor(len(SERVICES)) as pool:
        list(pool.map(lambda service: _migrate(home, service), SERVICES))
    own_mail = "NOTIFIER_SMTP_URL" not in environ
    (home.path / "supervisord.conf").write_text(configuration(home, own_mail=own_mail))
    with (home.logs / "supervisord.log").open("ab") as log:
        subprocess.Popen(
            [sys.executable, "-m", "supervisor.supervisord", "-n", "-c", str(home.path / "supervisord.conf")],
            cwd=ROOT,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    wait_ready(home)


def down(home: Home) -> bool:
    """End everything that up() started; False when nothing ran."""
    pid = running_pid(home)
    if pid is None:
        return False
    os.kill(pid, signal.SIGTERM)
    deadline, pause = monotonic() + _STOP_SECONDS, threading.Event()
    while running_pid(home) is not None:
        if monotonic() > deadline:
            raise NotStarted(f"process {pid} does not end; see {home.logs}")
        pause.wait(0.1)
    return True


def running_pid(home: Home) -> int | None:
    """The supervisor of this home, if it lives."""
    try:
        pid = int((home.path / "supervisord.pid").read_text())
        command = Path(f"/proc/{pid}/cmdline").read_bytes().decode("utf-8", "replace")
    except (OSError, ValueError):
        return None
    return pid if str(home.path / "supervisord.conf") in command else None


def wait_ready(home: Home) -> None:
    """Wait until every web process is ready and every worker shows its metrics; NotStarted."""
    deadline, pause = monotonic() + _READY_SECONDS, threading.Event()
    try:
        home.broker().wait(_READY_SECONDS)
    except TimeoutError as error:
        raise NotStarted(str(error)) from None
    waiting = [f"{home.web_url(service)}/readyz" for service in SERVICES]
    waiting += [f"http://127.0.0.1:{home.settings.metrics_port(service)}/metrics" for service in SERVICES]
    while waiting:
        waiting = [url for url in waiting if not _answers(url)]
        if waiting and monotonic() > deadline:
            raise NotStarted(f"no answer from {waiting}; see {home.logs}")
        if waiting:
            pause.wait(0.2)


def processes(home: Home) -> dict[str, tuple[list[str], dict[str, str]]]:
    """Every process of the services: name -> (command line, environment)."""
    found: dict[str, tuple[list[str], dict[str, str]]] = {}
    for service in SERVICES:
        environment = {**base_environment(), **home.environment(service)}
        for kind in ("web", "worker"):
            found[f"{service}-{kind}"] = ([sys.executable, "-m", f"services.{service}", kind], environment)
    return found


def configuration(home: Home, *, own_mail: bool) -> str:
    """The supervisor's configuration. own_mail: run a mailbox that keeps what is sent under mail/."""
    programs = {name: (command, home.broker().environment()) for name, command in home.broker().commands().items()}
    if own_mail:
        target = f"127.0.0.1:{home.settings.ports['smtp']}"
        keep = [sys.executable, "-m", "aiosmtpd", "-n", "-l", target, "-c", "aiosmtpd.handlers.Mailbox"]
        programs["mail"] = ([*keep, str(home.path / "mail")], base_environment())
    programs |= processes(home)
    user = "user=root\n" if os.geteuid() == 0 else ""
    head = (
        "[supervisord]\n"
        f"{user}pidfile={home.path}/supervisord.pid\nlogfile={home.logs}/supervisor.log\n"
        f"childlogdir={home.logs}\ndirectory={ROOT}\nloglevel=warn\n"
    )
    # One group, so that all of them end at once; supervisor waits for each group before it ends the next.
    group = f"\n[group:services]\nprograms={','.join(processes(home))}\npriority=3\n"
    return head + "".join(_program(home, name, *parts) for name, parts in programs.items()) + group


def _program(home: Home, name: str, command: list[str], environment: Mapping[str, str]) -> str:
    pairs = ",".join(f'{key}="{value}"' for key, value in environment.items()).replace("%", "%%")
    line = " ".join(f'"{part}"' if " " in part else part for part in command).replace("%", "%%")
    order = {"epmd": 1, "rabbitmq": 2, "mail": 2}.get(name, 3)  # stopped in reverse: the broker last
    return (
        f"\n[program:{name}]\ncommand={line}\nenvironment={pairs}\ndirectory={ROOT}\npriority={order}\n"
        "autorestart=true\nstartsecs=1\nstartretries=1000000\nstopwaitsecs=12\nstopasgroup=false\nkillasgroup=true\n"
        f"redirect_stderr=true\nstdout_logfile={home.logs}/{name}.log\n"
        "stdout_logfile_maxbytes=20MB\nstdout_logfile_backups=3\n"
    )


def base_environment() -> dict[str, str]:
    """What every process gets beside its service's settings."""
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LANG": "C.UTF-8", "PYTHONUNBUFFERED": "1"}


def _migrate(home: Home, service: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", f"services.{service}", "migrate"],
        env={**base_environment(), **home.environment(service)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise NotStarted(f"migration of {service} failed: {done.stdout[-2000:]}{done.stderr[-2000:]}")


def _ports(settings: homes.Settings) -> list[int]:
    return [port for service in SERVICES for port in (settings.web_port(service), settings.metrics_port(service))]


def is_taken(port: int) -> bool:
    """Whether somebody listens on a port of this machine."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=2).status_code == 200
    except requests.RequestException:
        return False
