"""Who plays in the demo: channels, people at the workbench, and departments that own their tools."""

import threading
from typing import Any

from shared.messaging.department import Department
from shared.messaging.envelope import Event
from shared.operations.channel import Channel
from shared.operations.corpus.reader import Corpus, Person, Step
from shared.operations.demo.pages import Visitor
from shared.operations.demo.stage import DemoFailed, Stage
from shared.operations.ledger import Entry, Ledger

WITH_TOOLS = ("CSR", "SUP", "TEC")
"""Departments that consume a queue; the others work at the workbench."""


class Tool:
    """A department's own software: takes what it is offered, accepts what it leads, and keeps the answers."""

    def __init__(self, code: str, url: str, ledger: Ledger) -> None:
        self.code, self._ledger = code, ledger
        self._department = Department(code, url)
        self._sender = Department(code, url)
        self._stop = threading.Event()
        self._waiting: set[str] = set()
        self.refused: dict[str, dict[str, Any]] = {}
        self._thread = threading.Thread(target=self._department.take, args=(self._on_work, self._stop), daemon=True)
        self._thread.start()

    def command(self, verb: str, number: str, body: dict[str, Any]) -> str:
        """Send a command; returns its id, by which the answer comes."""
        return self._sender.send(verb, before=self._waiting.add, demand=number, **body)

    @property
    def idle(self) -> bool:
        """Whether every command was answered."""
        return not self._waiting

    def close(self) -> None:
        """End."""
        self._stop.set()
        self._thread.join(10)

    def _on_work(self, department: Department, event: Event) -> None:
        if event.name == "work.offered.v1":
            self._ledger.record(Entry("delivered", event.id, event.data["demand_id"], event.data["number"], self.code))
            if event.data["part"] == "lead":
                department.command("accept", before=self._waiting.add, demand=event.data["number"])
        elif event.name in ("work.accepted.v1", "work.refused.v1"):
            if event.name == "work.refused.v1":
                self.refused[event.data["command_id"]] = event.data["problem"]
            self._waiting.discard(event.data["command_id"])


class Cast:
    """Everybody, set up through the operators' verbs."""

    def __init__(self, stage: Stage, corpus: Corpus, ledger: Ledger) -> None:
        self._stage, self._people = stage, corpus.staff
        self._passwords = {one.login: _hire(stage, one) for one in corpus.staff}
        self._tokens: dict[str, str] = {}
        self.keys = {one.code: _open_channel(stage, one) for one in corpus.channels}
        url = stage.url("intake")
        self.channels = {code: Channel(url, key, ledger) for code, key in self.keys.items()}
        self.origin = url.removesuffix("/intake")
        self.customer = Visitor(self.origin, ledger)
        self._ledger = ledger
        self.tools = {
            code: Tool(code, stage.verb("department", "add", code, "--queue", "--json")["broker_url"], ledger)
            for code in WITH_TOOLS
        }

    def token_for(self, step: Step) -> str:
        """The token of whoever does a step at the workbench, logged in with a password."""
        return self.token_of(self._person(step).login)

    def token_of(self, login: str) -> str:
        """The token of somebody at the workbench."""
        if login not in self._tokens:
            body = {"login": login, "password": self._passwords[login]}
            answer = self._stage.call("triage", "POST", "/session", token=None, json=body)
            if answer.status_code != 201:
                raise DemoFailed(f"{login} cannot log in: {answer.status_code}")
            self._tokens[login] = answer.json()["access_token"]
        return self._tokens[login]

    @property
    def login(self) -> str:
        """Somebody who works at the desk, for whoever wants to look around after the demo."""
        return next(one.login for one in self._people if one.department == "CSR" and "staff" in one.roles)

    @property
    def password(self) -> str:
        """Theirs; the demo's people are invented, and everything goes when it is run again."""
        return self._passwords[self.login]

    def at_desk(self, login: str) -> Visitor:
        """Somebody of the staff before the pages of the desk."""
        return Visitor(self.origin, self._ledger, self.token_of(login))

    @property
    def idle(self) -> bool:
        """Whether every department has its answers."""
        return all(tool.idle for tool in self.tools.values())

    def close(self) -> None:
        """The departments' tools end."""
        for tool in self.tools.values():
            tool.close()

    def _person(self, step: Step) -> Person:
        if step.login is not None:
            return next(one for one in self._people if one.login == step.login)
        role = "manager" if step.who == "lead" and step.department is None else step.who.replace("desk", "staff")
        return next(one for one in self._people if role in one.roles and one.department == step.department)


def _hire(stage: Stage, person: Person) -> str:
    roles = [word for role in person.roles for word in ("--role", role)]
    roles += [word for role in person.policy_roles for word in ("--policy-role", role)]
    place = ["--department", person.department] if person.department else []
    address = ["--email", f"{person.login}@staff.example.com"]
    added = stage.verb("staff", "add", person.login, "--name", person.name, *roles, *place, *address, "--json")
    return str(added["password"])


def _open_channel(stage: Stage, channel: Any) -> str:
    allowed = [word for code in channel.allow for word in ("--allow", code)]
    place = ["--kind", channel.kind, "--department", channel.department]
    place += ["--form", channel.form] if channel.form else []
    added = stage.verb("channel", "add", channel.code, "--policy", channel.policy, *allowed, *place, "--json")
    return str(added["key"])
