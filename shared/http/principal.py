"""Who calls and what the table of roles says about it: checked before every view."""

from collections.abc import Collection
from typing import cast

from flask import Flask, current_app, g, request
from flask.typing import ResponseReturnValue

from shared.auth import PUBLIC, Authenticator, BadCredentials, Principal, Roles
from shared.http.problems import Problem
from shared.http.staff_pages import StaffPages

BUILT_IN = frozenset({"healthz", "readyz", "metrics", "openapi", "docs", "static", "assets.asset"})


def current_principal() -> Principal:
    """The caller of the request under way; PUBLIC where none was found."""
    return cast(Principal, g.get("principal", PUBLIC))


def operation_id(endpoint: str, method: str, app: Flask) -> str:
    """The name of an operation: its view function's name; a class's views also bear the method."""
    name = endpoint.rpartition(".")[2]
    view = app.view_functions[endpoint]
    return f"{name}_{method.lower()}" if getattr(view, "view_class", None) is not None else name


def install(
    app: Flask,
    service: str,
    auth: Authenticator,
    roles: Roles,
    *,
    pages: Collection[str] = (),
    staff: StaffPages | None = None,
) -> None:
    """Check each request: 401 for missing or bad credentials, 403 for a role that may not.

    pages: names of blueprints that are pages: there staff is known by a cookie, and whoever is not logged in is sent
    to the log-in.
    """

    def check() -> ResponseReturnValue | None:
        endpoint = request.endpoint
        if endpoint is None or endpoint in BUILT_IN:
            return None
        allowed = roles.of(service, operation_id(endpoint, request.method, current_app))
        by_cookie = staff is not None and request.blueprint in pages and "Authorization" not in request.headers
        try:
            if staff is not None and by_cookie and allowed is not None and "public" not in allowed:
                staff.check_origin()
                g.principal = staff.principal()
            else:
                g.principal = auth.authenticate(request.headers.get("Authorization"))
        except BadCredentials:
            raise _unauthorised("credentials-invalid", "The credentials do not hold") from None
        if allowed is None:
            raise Problem(403, "operation-without-role", "Nobody may do this yet")
        if not allowed & g.principal.roles:
            if staff is not None and by_cookie and g.principal.kind == "public":
                return staff.log_in()
            if g.principal.kind == "public":
                raise _unauthorised("credentials-missing", "This needs credentials")
            raise Problem(403, "role-missing", "This role may not do that")
        return None

    app.before_request(check)


def endpoints_without_role(app: Flask, service: str, roles: Roles) -> list[str]:
    """Operations of an app that the table of roles does not name, as `<service>.<operation id>`."""
    found = {
        operation_id(rule.endpoint, method, app)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.endpoint not in BUILT_IN
    }
    return sorted(f"{service}.{name}" for name in found if roles.of(service, name) is None)


def _unauthorised(code: str, title: str) -> Problem:
    return Problem(401, code, title, headers={"WWW-Authenticate": 'Bearer realm="demandflow"'})
