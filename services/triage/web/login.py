"""/login: the log-in of all services' pages; /logout ends it everywhere."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from flask import Blueprint, Response, g, redirect, request

from services.triage.domain import login as rules
from services.triage.domain.records import StaffRow
from services.triage.store import staff
from services.triage.usecases import log_in as use
from services.triage.usecases.services import Services
from shared.auth import PUBLIC, BadCredentials, Principal, sign_token, verify_token
from shared.clock import system_now
from shared.http.body import takes
from shared.http.problems import Problem
from shared.http.staff_pages import SESSION_COOKIE, TOKEN_COOKIE, keep_token
from shared.logging import get_logger
from shared.messaging.topology import SERVICES
from shared.text import unsafe_character
from shared.web.navigation import rooms_of
from shared.web.pages import render

log = get_logger()
_LONGEST = 2000


def blueprint(services: Services, origins: Sequence[str], addresses: Mapping[str, str]) -> Blueprint:
    """The log-in pages. origins: `scheme://host:port` of all services, where a log-in may lead back to.

    addresses: where their pages are, to begin at.
    """
    blp = Blueprint("login", __name__)

    @blp.route("/login", methods=["GET"])
    def show_login() -> Response:
        """The form; who is logged in already may log out."""
        g.principal = _inside(services)
        return _page(origins)

    @blp.route("/login", methods=["POST"])
    @takes("application/x-www-form-urlencoded")
    def send_login() -> Response:
        """Log in, and go where one came from."""
        login, password = request.form.get("login", ""), request.form.get("password", "")
        if _foreign():
            raise Problem(403, "origin-foreign", "This came from another site")
        if not login or not password or len(password) > _LONGEST or unsafe_character(login):
            return _page(origins, wrong=True)
        with services.database.read() as session:
            kept = staff.password_hash(session, login)
        right = use.check_password(kept, password)
        with services.database.write() as session:
            found = use.log_in(session, login, kept, right=right, now=system_now())
        if found is None:
            log.warning("log_in_refused")
            return _page(origins, wrong=True)
        person, secret = found
        log.info("logged_in", actor=f"staff:{person.id}")
        return _welcome(services, person, secret, _begin(person, origins, addresses))

    @blp.route("/logout", methods=["POST"])
    @takes("application/x-www-form-urlencoded")
    def send_logout() -> Response:
        """Log out."""
        if _foreign():
            raise Problem(403, "origin-foreign", "This came from another site")
        with services.database.write() as session:
            use.log_out(session, request.cookies.get(SESSION_COOKIE, ""))
        response = redirect(f"{request.script_root}/login", 303)
        for cookie in (SESSION_COOKIE, TOKEN_COOKIE):
            response.delete_cookie(cookie, path="/")
        return response  # type: ignore[return-value]

    return blp


def _inside(services: Services) -> Principal:
    """Whoever is logged in already; PUBLIC once the token is over, though the log-in may go on elsewhere."""
    token = request.cookies.get(TOKEN_COOKIE)
    try:
        return verify_token(token, audience="triage", keys=services.keys) if token else PUBLIC
    except BadCredentials:
        return PUBLIC


def _begin(person: StaffRow, origins: Sequence[str], addresses: Mapping[str, str]) -> str:
    """Where somebody goes who has just logged in: back, else to the first page that their roles open."""
    back = _back(request.form.get("next", ""), origins)
    doors = rooms_of(Principal("staff", person.id, frozenset(person.roles)), addresses)
    return back or (doors[0][1] if doors else f"{request.script_root}/login")


def _welcome(services: Services, person: StaffRow, secret: str, target: str) -> Response:
    response: Response = redirect(target, 303)  # type: ignore[assignment]
    secure = services.public_url.startswith("https:")
    token = sign_token(
        services.signing_key, issuer="triage", audience=SERVICES, claims=rules.claims(person),
        lifetime=rules.TOKEN_LASTS,
    )  # fmt: skip
    response.set_cookie(
        SESSION_COOKIE,
        secret,
        max_age=int(rules.SESSION_LASTS.total_seconds()),
        path="/",
        secure=secure,
        httponly=True,
        samesite="Strict",
    )
    return keep_token(response, token, secure=secure)


def _page(origins: Sequence[str], *, wrong: bool = False) -> Response:
    back = _back(request.values.get("next", ""), origins)
    inside = TOKEN_COOKIE in request.cookies and back is None
    response = render("login.html", 401 if wrong else 200, back=back or "", wrong=wrong, inside=inside and not wrong)
    # Browsers hold a form's redirect to the policy too: the log-in leads back to the page that asked for it.
    response.headers["X-Form-Targets"] = " ".join(origins)
    return response


def _back(address: str, origins: Sequence[str]) -> str | None:
    """An address of one of our own pages, or None: nobody is led elsewhere."""
    if not address.isprintable():
        return None
    parts = urlsplit(address)
    return address if f"{parts.scheme}://{parts.netloc}" in origins and len(address) < _LONGEST else None


def _foreign() -> bool:
    origin = request.headers.get("Origin")
    return origin not in (None, "null") and urlsplit(origin).netloc != request.host
