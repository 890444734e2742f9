"""What the notifier asks other services, over real HTTP."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from services.notifier.domain.notices import Asked, Reached
from services.notifier.gateways.ask import Unreachable
from services.notifier.gateways.contacts import Colleague, Colleagues, Contact, Contacts
from shared.keyset import generate_signing_key


class Other:
    """Another service; answers: (status, body) for the next ones; asked: (path, has a token)."""

    def __init__(self) -> None:
        self.answer: tuple[int, Any] = (200, {})
        self.asked: list[tuple[str, bool]] = []
        other = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                other.asked.append((self.path, self.headers["Authorization"].startswith("Bearer ey")))
                status, body = other.answer
                self.send_response(status)
                self.end_headers()
                self.wfile.write(json.dumps(body).encode() if body is not None else b"<html>")

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/service"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()


@pytest.fixture
def other() -> Iterator[Other]:
    found = Other()
    yield found
    found.server.shutdown()
    found.server.server_close()


def test_a_customers_contact(other: Other) -> None:
    contacts = Contacts(other.url, generate_signing_key())
    other.answer = (200, {"number": "YQ1", "name": "王女士", "phone": None, "email": "wang@example.com", "im": None})
    assert contacts.of("YQ1") == Contact("王女士", "wang@example.com")
    assert other.asked == [("/service/api/v1/customers/YQ1/contact?purpose=notice", True)]
    other.answer = (404, {})
    assert contacts.of("YQ1") is None


def test_staff_by_id_and_by_department(other: Other) -> None:
    colleagues = Colleagues(other.url, generate_signing_key())
    other.answer = (200, {"items": [{"staff_id": "1", "name": "赵丽", "email": "zhao@example.org"}]})
    assert colleagues.of("1") == Colleague("1", "赵丽", "zhao@example.org")
    other.answer = (200, {"items": [{"staff_id": "2", "why": "department_lead", "instead_of": "1"}]})
    asked = Asked(department="SUP", role="lead", desk="CSR")
    assert colleagues.reached(asked) == (Reached("2", "department_lead", "1"),)
    other.answer = (200, {"items": []})
    assert (colleagues.of("3"), colleagues.reached(asked)) == (None, ())
    assert [path.rpartition("/")[2] for path, _ in other.asked][:2] == [
        "contacts?staff_id=1",
        "recipients?department=SUP&role=lead&desk=CSR",
    ]


@pytest.mark.parametrize("answer", [(500, {}), (403, {}), (302, {}), (200, None)])
def test_what_is_no_answer(other: Other, answer: tuple[int, Any]) -> None:
    other.answer = answer
    with pytest.raises(Unreachable):
        Contacts(other.url, generate_signing_key()).of("YQ1")


def test_a_service_that_is_away_is_unreachable() -> None:
    with pytest.raises(Unreachable):
        Contacts("http://127.0.0.1:1/intake", generate_signing_key()).of("YQ1")
