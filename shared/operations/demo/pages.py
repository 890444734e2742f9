"""People before the pages: they read a form, fill in what they know by the names of its fields, and send it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import requests

from shared.operations.demo.stage import DemoFailed
from shared.operations.ledger import Entry, Ledger

TOKEN_COOKIE = "demandflow_token"  # noqa: S105 - the cookie's name
_TIMEOUT = 30


@dataclass
class Form:
    """A form as it stands on a page. given: what it brings along; choices: name -> words and value of each answer."""

    action: str = ""
    names: set[str] = field(default_factory=set)
    given: dict[str, str] = field(default_factory=dict)
    choices: dict[str, dict[str, str]] = field(default_factory=dict)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._select = self._option = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(said.get("action", "")))
        elif not self.forms:
            return
        elif tag == "option":
            self._option = said.get("value", "")
        elif tag in ("input", "select", "textarea") and "name" in said:
            self._take(tag, said)

    def handle_data(self, data: str) -> None:
        if self._select and data.strip() and self._option:
            self.forms[-1].choices.setdefault(self._select, {})[data.strip()] = self._option

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = self._option = ""

    def _take(self, tag: str, said: Mapping[str, str]) -> None:
        form, name = self.forms[-1], said["name"]
        form.names.add(name)
        if said.get("type") == "hidden":
            form.given[name] = said.get("value", "")
        self._select = name if tag == "select" else ""


class Visitor:
    """Somebody with a browser at intake's pages. token: of somebody who works here, for the desk."""

    def __init__(self, origin: str, ledger: Ledger, token: str | None = None) -> None:
        self._origin, self._ledger = origin, ledger
        self._session = requests.Session()
        self._session.headers["Accept"] = "text/html"
        self._session.headers["Accept-Language"] = "zh-CN"
        if token is not None:
            self._session.cookies.set(TOKEN_COOKIE, token)

    def fill_in(self, channel: str, body: Mapping[str, Any]) -> str:
        """Fill in a channel's form as a customer; the address of the page on which to follow the demand."""
        page = self._open("GET", f"/f/{channel}")
        return self._send(page, {**_typed(body), "consent": "yes"})

    def write_down(self, channel: str, body: Mapping[str, Any]) -> str:
        """Write down a call at the desk: who it is first, then what they want; the demand's page there."""
        contact = body.get("customer", {}).get("contact", {})
        who = contact.get("phone") or contact.get("email") or ""
        page = self._open("POST", "/desk/find", {"channel": channel, "who": who})
        return self._send(page, _typed(body), known=who != "")

    def text(self, address: str) -> str:
        """A page's text."""
        return self._open("GET", address).text

    def record(self, key: str, demand_id: str, number: str) -> None:
        """Note that a demand was taken in."""
        self._ledger.record(Entry("accepted", key, demand_id, number))

    def _send(self, page: requests.Response, typed: Mapping[str, str], *, known: bool = False) -> str:
        reader = _Reader()
        reader.feed(page.text)
        form = max(reader.forms, key=lambda one: len(one.names))
        # A customer who is known already is not asked who they are.
        homeless = {name for name in typed if name not in form.names and not (known and name.startswith("customer."))}
        if homeless:
            raise DemoFailed(f"{form.action} does not ask for {sorted(homeless)}")
        answers = {name: _chosen(form, name, text) for name, text in typed.items() if name in form.names}
        answer = self._session.post(
            f"{self._origin}{form.action}",
            data={**form.given, **answers, "as_it_is": "yes"},
            allow_redirects=False,
            timeout=_TIMEOUT,
        )
        if answer.status_code != 303:
            raise DemoFailed(f"{form.action}: {answer.status_code}")
        return answer.headers["Location"]

    def _open(self, method: str, path: str, data: Mapping[str, str] | None = None) -> requests.Response:
        address = path if path.startswith("http") else f"{self._origin}{path}"
        page = self._session.request(method, address, data=data, timeout=_TIMEOUT)
        if page.status_code != 200:
            raise DemoFailed(f"{path}: {page.status_code}")
        return page


def _chosen(form: Form, name: str, text: str) -> str:
    """The value of the answer that bears these words; text where nothing is chosen from."""
    return form.choices.get(name, {}).get(text, text)


def _typed(body: Mapping[str, Any]) -> dict[str, str]:
    return dict(_flat("", body))


def _flat(prefix: str, value: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """A demand's body by the names of the pages' fields."""
    for name, inner in value.items():
        path = f"{prefix}{name}".replace("customer.contact.", "customer.")
        if isinstance(inner, Mapping):
            yield from _flat(f"{path}.", inner)
        else:
            yield ("fields.budget" if path == "budget" else path), str(inner)
