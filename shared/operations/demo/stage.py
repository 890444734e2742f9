"""The stage of the demo: the installation's addresses and tokens, the clock, and waiting until nothing is under way."""

import io
import json
import os
import threading
from contextlib import redirect_stdout
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click
import requests

from shared.auth import sign_token
from shared.clock import format_time, monotonic
from shared.operations import quiet
from shared.operations.ask import ask, environments
from shared.operations.home import Home

PATIENCE = 60.0
_TOKEN_LASTS = timedelta(minutes=5)


class DemoFailed(Exception):
    """A step fell short; the message says which."""


class Stage:
    """One running installation whose business clock is ours. verbs: the command line's root group.

    waits: how often it was waited for quiet.
    """

    def __init__(self, home: Home, verbs: click.Group) -> None:
        self.home, self._verbs = home, verbs
        self.settings = environments(home)
        self.waits = 0
        self._watch = quiet.Watch(self.settings)
        self.clock = Path(self.settings["triage"]["DEMANDFLOW_CLOCK_FILE"])
        self._session = requests.Session()
        self._tokens: dict[tuple[str, str | None], str] = {}
        for service in self.settings.values():  # the verbs run in this process
            os.environ.update(service)

    def set_clock(self, moment: datetime) -> None:
        """Business time stands at this moment from now on, for every process."""
        draft = self.clock.with_name(f"{self.clock.name}.tmp")
        draft.write_text(format_time(moment), "utf-8")
        draft.replace(self.clock)

    def settle(self, also: Any = lambda: True) -> None:
        """Wait until nothing is left to send, to handle, to ring or to tell; also: what else must hold."""
        self.waits += 1
        deadline, pause = monotonic() + PATIENCE, threading.Event()
        found: dict[str, Any] = {}
        while True:
            if also() and (found := self._watch.look())["quiet"]:
                return
            if monotonic() > deadline:
                raise DemoFailed(f"not quiet after {PATIENCE:.0f} s: {_busy(found)}")
            pause.wait(0.03)

    def next_ring(self) -> datetime | None:
        """When the notifier's next timer rings."""
        moment: datetime | None = ask("facts", {"notifier": self.settings["notifier"]})["notifier"]["next_ring"]
        return moment

    def verb(self, *arguments: str) -> Any:
        """Run one verb of the command line with --json, as an operator would; what it printed, a line or all."""
        printed = io.StringIO()
        try:
            with redirect_stdout(printed):
                self._verbs.main(
                    ["--home", str(self.home.path), *arguments], prog_name="demandflow", standalone_mode=False
                )
        except click.ClickException as error:
            raise DemoFailed(f"demandflow {' '.join(arguments)}: {error.format_message()}") from None
        lines = [json.loads(line) for line in printed.getvalue().splitlines() if line[:1] in "{["]
        return lines[0] if len(lines) == 1 else lines

    def call(self, service: str, method: str, path: str, *, token: str | None, **arguments: Any) -> requests.Response:
        """Call a service's API."""
        credential = {"Authorization": f"Bearer {token}"} if token else {}
        headers = {**credential, **arguments.pop("headers", {})}
        url = f"{self.url(service)}/api/v1{path}"
        return self._session.request(method, url, headers=headers, timeout=30, **arguments)

    def read(self, service: str, path: str) -> dict[str, Any]:
        """What a manager reads; DemoFailed for anything but 200."""
        answer = self.call(service, "GET", path, token=self.manager())
        if answer.status_code != 200:
            raise DemoFailed(f"{service}{path}: {answer.status_code}")
        return dict(answer.json())

    def url(self, service: str) -> str:
        """Where a service answers to its fellows."""
        return self.settings["intake"][f"{service.upper()}_URL"]

    def manager(self) -> str:
        """A token of whoever runs the demo: may read everything."""
        return sign_token(
            self.home.secret("triage_signing_key"),
            issuer="triage",
            audience=tuple(self.settings),
            claims={"sub": "demo", "kind": "staff", "roles": ["manager", "lead", "operator"]},
            lifetime=_TOKEN_LASTS,
        )


def _busy(found: dict[str, Any]) -> str:
    counts = {
        service: {name: count for name, count in one.items() if name not in ("quiet", "epoch") and count}
        for service, one in found.get("services", {}).items()
    }
    return f"{ {service: one for service, one in counts.items() if one} } behind {found.get('behind')}"
