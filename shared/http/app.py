"""The Flask application of a service: what all four have in common."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import flask
import flask_smorest
from flask import Flask, Response, g, jsonify, request

from shared import context
from shared.auth import Authenticator, Roles, load_roles
from shared.clock import monotonic
from shared.db import Database
from shared.http import health, metrics, openapi, principal, problems
from shared.http.body import JSON_LIMIT, check_body
from shared.http.problems import Problem
from shared.http.staff_pages import StaffPages
from shared.ids import new_id
from shared.logging import get_logger
from shared.text import unsafe_character
from shared.web.pages import Pages

log = get_logger()

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; object-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_QUIET = frozenset({"healthz", "readyz", "metrics"})

Environ = dict[str, Any]
Wsgi = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


def create_service_app(
    service: str,
    *,
    database: Database,
    auth: Authenticator,
    blueprints: Sequence[flask_smorest.Blueprint],
    openapi_title: str,
    pages: Pages | None = None,
    page_blueprints: Sequence[flask.Blueprint] = (),
    staff: StaffPages | None = None,
    ready_checks: Sequence[health.Check] = (),
    roles: Roles | None = None,
) -> Flask:
    """A service's web application, answering under `/<service>` and at the root.

    blueprints: APIs, listed in the OpenAPI document; page_blueprints: plain Flask ones, not listed;
    staff: how those know staff. Each view
    needs a row in the table of roles. ready_checks: see health.Check. roles: another table, for tests.
    """
    app = Flask(service, static_folder=None)
    app.config.update(openapi.settings(service, openapi_title))
    app.config.update(MAX_CONTENT_LENGTH=JSON_LIMIT, PROVIDE_AUTOMATIC_OPTIONS=False, PROPAGATE_EXCEPTIONS=False)
    api = openapi.Api(app)
    problems.install(app)
    app.before_request(_begin)
    principal.install(
        app,
        service,
        auth,
        roles if roles is not None else load_roles(),
        pages=[one.name for one in page_blueprints],
        staff=staff,
    )
    app.before_request(check_body)
    app.after_request(_secure)
    _log_requests(app, service)
    _own_endpoints(app, service, database, ready_checks, api)
    for blueprint in blueprints:
        api.register_blueprint(blueprint)
    for page in page_blueprints:
        app.register_blueprint(page)
    if pages is not None:
        pages.install(app)
    if staff is not None:
        staff.install(app)
    # Bound outside Flask, so that error handlers and the last log line still know the request.
    app.wsgi_app = _bound(_prefixed(app.wsgi_app, f"/{service}"))  # type: ignore[method-assign,assignment]
    return app


def endpoints_without_role(app: Flask, service: str) -> list[str]:
    """Operations that nobody may call yet, as `<service>.<operation id>`; empty in a finished app."""
    return principal.endpoints_without_role(app, service, load_roles())


def _prefixed(inner: Wsgi, prefix: str) -> Wsgi:
    """Accept addresses with the service's prefix and without it."""

    def call(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == prefix or path.startswith(prefix + "/"):
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + prefix
            environ["PATH_INFO"] = path[len(prefix) :] or "/"
        return inner(environ, start_response)

    return call


def _bound(inner: Wsgi) -> Wsgi:
    """Carry the request's id and trace through everything it causes."""

    def call(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        given, trace = environ.get("HTTP_X_REQUEST_ID", ""), environ.get("HTTP_TRACEPARENT", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else new_id()
        traceparent = trace if _TRACEPARENT.fullmatch(trace) else context.new_traceparent()
        with context.bind(request_id=request_id, traceparent=traceparent, correlation_id=request_id, causation_id=None):
            return inner(environ, start_response)

    return call


def _begin() -> None:
    g.started = monotonic()
    if unsafe_character(request.path):
        raise Problem(404, "not-found", "There is nothing here")
    for values in request.args.listvalues():
        if any(unsafe_character(value) for value in values):
            raise Problem(422, "text-unsafe", "The query holds characters that cannot be stored")


def _secure(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-store")
    here = context.current()
    response.headers["X-Request-ID"] = here.request_id or ""
    response.headers["traceparent"] = here.traceparent or ""
    return response


def _log_requests(app: Flask, service: str) -> None:
    def finish(response: Response) -> Response:
        seconds = monotonic() - g.get("started", monotonic())
        route = request.url_rule.rule if request.url_rule is not None else "none"
        method = request.method if request.method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE") else "other"
        metrics.observe(service, method, route, response.status_code, seconds)
        if request.endpoint not in _QUIET:
            log.info(
                "request_finished",
                method=method,
                route=route,
                status=response.status_code,
                duration_ms=round(seconds * 1000, 1),
                actor=principal.current_principal().scope,
            )
        return response

    app.after_request(finish)


def _own_endpoints(
    app: Flask, service: str, database: Database, checks: Sequence[health.Check], api: openapi.Api
) -> None:
    def healthz() -> Response:
        return jsonify(status="alive", service=service)

    def readyz() -> tuple[Response, int]:
        status, document = health.readiness(service, database, checks)
        return jsonify(document), status

    def document() -> Response:
        return openapi.json_answer(openapi.document(app, api.described()))

    def docs() -> Response:
        return openapi.listing(app.config["API_TITLE"], openapi.document(app, api.described()))

    for path, endpoint, view in (
        ("/healthz", "healthz", healthz),
        ("/readyz", "readyz", readyz),
        ("/metrics", "metrics", metrics.exposition),
        ("/openapi.json", "openapi", document),
        ("/docs", "docs", docs),
    ):
        app.add_url_rule(path, endpoint, view, methods=["GET"])
