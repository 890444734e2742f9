"""The log-in of all pages: only the right password opens it, it leads back to our own pages alone, it renews itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from flask import Blueprint, Flask, Response
from sqlalchemy import update
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from services.triage import wiring
from services.triage.tables import StaffSession
from shared.auth import Authenticator, Roles
from shared.clock import system_now
from shared.http.app import create_service_app
from shared.http.principal import current_principal
from shared.http.staff_pages import SESSION_COOKIE, TOKEN_COOKIE, StaffPages
from shared.keyset import KeySet
from tests.triage.conftest import Triage
from tests.triage.test_session import hire

PAGES = {"Accept": "text/html"}
OWN = "http://127.0.0.1:8001/desk?open=1"


def _log_in(
    triage: Triage, login: str, password: str, client: Any = None, back: str = "", **headers: str
) -> TestResponse:
    said = {"login": login, "password": password, "next": back}
    client = client or triage.app.test_client()
    answer: TestResponse = client.post("/triage/login", data=said, headers=PAGES | headers)
    return answer


@pytest.fixture
def own(triage: Triage) -> Triage:
    """A triage that knows where the other services' pages are."""
    environ = triage.environ | {
        "DEMANDFLOW_PUBLIC_URLS": "http://127.0.0.1:8001/intake http://127.0.0.1:8004/reporting"
    }
    triage.app = wiring.create_app(environ)
    return triage


def test_the_right_password_opens_all_pages(own: Triage) -> None:
    client = own.app.test_client()
    page = client.get(f"/triage/login?next={OWN}", headers=PAGES)
    assert page.status_code == 200 and 'type="password"' in page.text and OWN in page.text
    answer = _log_in(own, "zhao", hire(own), client, OWN)
    assert (answer.status_code, answer.headers["Location"]) == (303, OWN)
    cookies = answer.headers.getlist("Set-Cookie")
    assert len(cookies) == 2
    for cookie in cookies:
        assert "Secure" not in cookie  # this one is reached over http
        assert "HttpOnly" in cookie and "SameSite=Strict" in cookie and "Path=/" in cookie


def test_over_https_the_cookies_stay_there(triage: Triage) -> None:
    environ = triage.environ | {"TRIAGE_PUBLIC_URL": "https://demands.example/triage"}
    triage.app = wiring.create_app(environ)
    cookies = _log_in(triage, "zhao", hire(triage)).headers.getlist("Set-Cookie")
    assert len(cookies) == 2 and all("Secure" in cookie for cookie in cookies)


def test_names_and_passwords_that_do_not_fit_are_told_alike(own: Triage) -> None:
    password = hire(own)
    pages = [
        _log_in(own, *pair) for pair in (("zhao", "wrong"), ("nobody", password), ("", ""), ("zh\x00ao", password))
    ]
    assert {page.status_code for page in pages} == {401}
    for page in pages:
        assert "登录名或密码不对" in page.text and "Set-Cookie" not in page.headers and password not in page.text


def test_five_wrong_tries_lock(own: Triage) -> None:
    password = hire(own)
    for _ in range(5):
        assert _log_in(own, "zhao", "wrong").status_code == 401
    assert _log_in(own, "zhao", password).status_code == 401


@pytest.mark.parametrize(
    "back",
    [
        "https://evil.example/", "//evil.example/", "http://127.0.0.1:8001@evil.example/", "javascript:alert(1)",
        "http://127.0.0.1:8001.evil.example/", "http://127.0.0.1:8001\\@evil.example/", "/\\evil.example",
        "http://127.0.0.1:8001/\r\nSet-Cookie: x=1", "http://127.0.0.1:9999/",
    ],
)  # fmt: skip
def test_nobody_is_led_elsewhere(own: Triage, back: str) -> None:
    answer = _log_in(own, "zhao", hire(own), back=back)
    assert answer.status_code == 303
    assert answer.headers["Location"] == "http://127.0.0.1:8001/intake/desk", "to the first room of one's own"
    page = own.app.test_client().get("/triage/login", query_string={"next": back}, headers=PAGES)
    assert 'name="next" value=""' in page.text and "evil" not in page.headers["Content-Security-Policy"]


def test_other_sites_can_neither_log_in_nor_out(own: Triage) -> None:
    password = hire(own)
    client = own.app.test_client()
    foreign = _log_in(own, "zhao", password, client, Origin="https://evil.example")
    assert foreign.status_code == 403 and "Set-Cookie" not in foreign.headers
    assert _log_in(own, "zhao", password, client, Origin="http://localhost").status_code == 303
    assert client.post("/triage/logout", headers={"Origin": "https://evil.example"}).status_code == 403
    assert len(own.rows(StaffSession)) == 1


def test_log_out_ends_it_everywhere(own: Triage) -> None:
    client = own.app.test_client()
    _log_in(own, "zhao", hire(own), client)
    answer = client.post("/triage/logout", headers=PAGES, data={})
    assert answer.status_code == 303 and answer.headers["Location"].endswith("/login")
    assert client.get_cookie(SESSION_COOKIE) is None and client.get_cookie(TOKEN_COOKIE) is None
    assert own.rows(StaffSession) == []


@dataclass
class Desk:
    """A page of another service, for staff, that knows them from the real triage."""

    triage: Triage
    app: Flask
    stop: Any


@pytest.fixture
def desk(own: Triage) -> Iterator[Desk]:
    """Triage on a port of its own, and pages that ask it."""
    server = make_server("127.0.0.1", 0, own.app, threaded=True)
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    pages = Blueprint("pages", __name__)

    @pages.route("/desk", methods=["GET", "POST"])
    def show_desk() -> Response:
        """Who is there."""
        return Response(current_principal().id, mimetype="text/plain")

    auth = Authenticator("intake", pepper="p" * 16, keys=KeySet(Path(own.environ["DEMANDFLOW_JWKS_FILE"])))
    staff = StaffPages(
        auth, triage_url=f"http://127.0.0.1:{server.port}/triage", triage_public="http://login.example/triage"
    )
    roles = Roles({"intake.show_desk": frozenset({"lead"})})
    app = create_service_app(
        "intake", database=own.database, auth=auth, blueprints=[], openapi_title="x", page_blueprints=[pages],
        staff=staff, roles=roles,
    )  # fmt: skip
    yield Desk(own, app, server.shutdown)
    server.shutdown()
    thread.join(5)
    server.server_close()


def _cookies(desk: Desk, *names: str, client: Any = None) -> Any:
    """A browser that holds these cookies of a log-in."""
    inside = desk.triage.app.test_client()
    _log_in(desk.triage, "zhao", hire(desk.triage), inside)
    browser = client or desk.app.test_client()
    for name in names:
        cookie = inside.get_cookie(name)
        assert cookie is not None
        browser.set_cookie(name, cookie.value)
    return browser


def test_who_is_not_logged_in_is_sent_there_and_comes_back(desk: Desk) -> None:
    answer = desk.app.test_client().get("/desk?open=1", headers=PAGES)
    assert answer.status_code == 303
    assert (
        answer.headers["Location"] == "http://login.example/triage/login?next=http%3A%2F%2Flocalhost%2Fdesk%3Fopen%3D1"
    )


def test_a_token_is_enough_and_a_session_brings_a_new_one(desk: Desk) -> None:
    with_token = _cookies(desk, TOKEN_COOKIE).get("/desk")
    assert with_token.status_code == 200 and "Set-Cookie" not in with_token.headers
    browser = _cookies(desk, SESSION_COOKIE)
    renewed = browser.get("/desk")
    assert renewed.status_code == 200 and TOKEN_COOKIE in renewed.headers["Set-Cookie"]
    assert "HttpOnly" in renewed.headers["Set-Cookie"] and "SameSite=Strict" in renewed.headers["Set-Cookie"]
    assert "Set-Cookie" not in browser.get("/desk").headers


def test_a_session_that_ended_or_was_made_up_leads_to_the_log_in(desk: Desk) -> None:
    browser = _cookies(desk, SESSION_COOKIE)
    with desk.triage.database.write() as session:
        session.execute(update(StaffSession).values(expires_at=system_now() - timedelta(seconds=1)))
    assert browser.get("/desk").status_code == 303
    made_up = desk.app.test_client()
    made_up.set_cookie(SESSION_COOKIE, "x" * 43)
    made_up.set_cookie(TOKEN_COOKIE, "x.y.z")
    assert made_up.get("/desk").status_code == 303


def test_without_triage_pages_say_so(desk: Desk) -> None:
    browser = _cookies(desk, SESSION_COOKIE)
    staff = StaffPages(Authenticator("intake", pepper="p" * 16), triage_url="http://127.0.0.1:9", triage_public="x")
    with (
        desk.app.test_request_context("/desk", headers={"Cookie": f"{SESSION_COOKIE}=x"}),
        pytest.raises(Exception) as info,
    ):
        staff.principal()
    assert getattr(info.value, "status", None) == 503
    assert browser.get("/desk").status_code == 200


def test_a_change_must_come_from_a_page_of_ours(desk: Desk) -> None:
    browser = _cookies(desk, TOKEN_COOKIE)
    assert browser.post("/desk", headers={"Origin": "https://evil.example"}, data={}).status_code == 403
    assert browser.post("/desk", headers={"Origin": "http://localhost"}, data={}).status_code != 403
