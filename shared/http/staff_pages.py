"""Staff on pages: a short token in a cookie proves who they are; triage renews it while the log-in lasts.

Only pages look at the cookie. Whoever changes something must come from a page of ours: both cookies are
SameSite=Strict, and a request that names another origin is refused.
"""

from urllib.parse import urlencode, urlsplit

import requests
from flask import Flask, Response, g, redirect, request
from flask.typing import ResponseReturnValue

from shared.auth import PUBLIC, Authenticator, BadCredentials, Principal
from shared.http.problems import Problem

TOKEN_COOKIE = "demandflow_token"  # noqa: S105 - the cookie's name
SESSION_COOKIE = "demandflow_session"
_SECONDS = 5.0


class StaffPages:
    """How a service's pages know staff.

    triage_url: where triage answers to this service; triage_public: where browsers reach it.
    """

    def __init__(self, auth: Authenticator, *, triage_url: str, triage_public: str) -> None:
        self._auth, self._triage, self._public = auth, triage_url.rstrip("/"), triage_public.rstrip("/")

    def principal(self) -> Principal:
        """Who asks for the page; PUBLIC for somebody who is not logged in."""
        token = request.cookies.get(TOKEN_COOKIE)
        if token:
            try:
                return self._auth.authenticate(f"Bearer {token}")
            except BadCredentials:
                pass
        return self._renewed()

    def log_in(self) -> ResponseReturnValue:
        """Where somebody goes who is not logged in, and comes back from."""
        back = {"next": request.url if request.method == "GET" else request.base_url}
        return redirect(f"{self._public}/login?{urlencode(back)}", 303)

    def check_origin(self) -> None:
        """Problem 403 for a change that another site's page asks for."""
        origin = request.headers.get("Origin")
        if request.method != "GET" and origin not in (None, "null") and urlsplit(origin).netloc != request.host:
            raise Problem(403, "origin-foreign", "This came from another site")

    def install(self, app: Flask) -> None:
        """Give browsers the renewed token."""
        app.after_request(self._keep)

    def _keep(self, response: Response) -> Response:
        if "renewed_token" not in g:
            return response
        # A proxy in front may speak https for us, so the public address says it, not the request.
        return keep_token(response, g.renewed_token, secure=self._public.startswith("https:"))

    def _renewed(self) -> Principal:
        secret = request.cookies.get(SESSION_COOKIE)
        if not secret:
            return PUBLIC
        try:
            answer = requests.post(
                f"{self._triage}/api/v1/session/refresh",
                cookies={SESSION_COOKIE: secret},
                headers={"X-Requested-With": "pages"},
                timeout=_SECONDS,
            )
        except requests.RequestException:
            raise Problem(503, "log-in-unreachable", "The log-in cannot be checked at the moment") from None
        if answer.status_code != 200:
            return PUBLIC
        g.renewed_token = str(answer.json()["access_token"])
        return self._auth.authenticate(f"Bearer {g.renewed_token}")


def keep_token(response: Response, token: str, *, secure: bool) -> Response:
    """Set the cookie that pages read. secure: it travels over https only."""
    response.set_cookie(TOKEN_COOKIE, token, max_age=600, path="/", httponly=True, samesite="Strict", secure=secure)
    return response
