"""POST /api/v1/session (log in), POST /api/v1/session/refresh (a new token), DELETE /api/v1/session (log out).

The browser keeps the log-in in a cookie that no script reads; programs use the short token.
"""

from flask import Response, request

from services.triage.domain import login as rules
from services.triage.domain.records import StaffRow
from services.triage.schemas.session import LogInSchema, TokenSchema
from services.triage.store import staff
from services.triage.usecases import log_in as use
from services.triage.usecases.services import Services
from shared.auth import sign_token
from shared.clock import format_time, system_now
from shared.http.blueprint import Blueprint
from shared.http.idempotency import StoredAnswer, respond
from shared.http.problems import Problem
from shared.logging import get_logger
from shared.messaging.topology import SERVICES

log = get_logger()
COOKIE = "demandflow_session"
_CSRF_HEADER = "X-Requested-With"


def blueprint(services: Services) -> Blueprint:
    """The log-in over one set of services."""
    blp = Blueprint("session", __name__, url_prefix="/api/v1", description="Logging in")

    @blp.route("/session", methods=["POST"])
    @blp.arguments(LogInSchema)
    @blp.response(201, TokenSchema)
    def log_in(body: dict[str, str]) -> Response:
        """Log in with a password."""
        login = body["login"]
        with services.database.read() as session:
            kept = staff.password_hash(session, login)
        right = use.check_password(kept, body["password"])
        with services.database.write() as session:
            found = use.log_in(session, login, kept, right=right, now=system_now())
        if found is None:
            log.warning("log_in_refused")
            raise Problem(401, "log-in-refused", "Name or password do not fit, or too many tries: wait a quarter hour")
        person, secret = found
        log.info("logged_in", actor=f"staff:{person.id}")
        return _keep(_token(services, person, 201), services, secret)

    @blp.route("/session/refresh", methods=["POST"])
    @blp.response(200, TokenSchema)
    def refresh_session() -> Response:
        """A new token for whoever is logged in; needs the cookie and the header X-Requested-With."""
        if _CSRF_HEADER not in request.headers:
            raise Problem(400, "header-missing", f"This needs the header {_CSRF_HEADER}")
        with services.database.read() as session:
            person = use.go_on(session, request.cookies.get(COOKIE, ""), now=system_now())
        if person is None:
            raise Problem(401, "session-ended", "Log in again")
        return _token(services, person, 200)

    @blp.route("/session", methods=["DELETE"])
    @blp.response(204)
    def log_out() -> Response:
        """Log out; also when nobody was logged in."""
        with services.database.write() as session:
            use.log_out(session, request.cookies.get(COOKIE, ""))
        response = Response(status=204)
        response.delete_cookie(COOKIE, path="/")
        return response

    return blp


def _token(services: Services, person: StaffRow, status: int) -> Response:
    token = sign_token(
        services.signing_key,
        issuer="triage",
        audience=SERVICES,
        claims=rules.claims(person),
        lifetime=rules.TOKEN_LASTS,
    )
    body = {
        "access_token": token,
        "expires_at": format_time(system_now() + rules.TOKEN_LASTS),
        "roles": list(person.roles),
        "department": person.department,
    }
    return respond(StoredAnswer(status, body))


def _keep(response: Response, services: Services, secret: str) -> Response:
    response.set_cookie(
        COOKIE,
        secret,
        max_age=int(rules.SESSION_LASTS.total_seconds()),
        path="/",
        secure=services.public_url.startswith("https:"),
        httponly=True,
        samesite="Strict",
    )
    return response
