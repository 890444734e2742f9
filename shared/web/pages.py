"""Pages of a service: Jinja templates over the base page, words in the reader's language, assets that may be kept."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import Blueprint, Flask, Response, g, render_template, request, send_from_directory, url_for
from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined

from shared.auth import PUBLIC
from shared.policies.parts import Text
from shared.web.language import PARAMETER, language, remember
from shared.web.navigation import Room, rooms_of
from shared.web.words import LANGUAGES, Words

HERE = Path(__file__).parent
ZONE = ZoneInfo("Asia/Shanghai")
"""Where readers are; a policy's own zone where a page is about one."""

_KEPT = 365 * 24 * 3600
_CSP = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action {targets}; frame-ancestors 'none'; object-src 'none'"
)


class Pages:
    """The pages of one service. room: its folder `web`, with templates/, static/ (optional) and locale/.

    addresses: service -> where browsers reach it, for those who work here; one that is missing is not led to.
    """

    def __init__(self, service: str, room: Path, addresses: Mapping[str, str]) -> None:
        self.service, self._room, self._addresses = service, room, dict(addresses)
        self.words = Words(HERE / "locale", room / "locale")

    def install(self, app: Flask) -> None:
        """Give an application its templates, words and assets; problems of pages are shown as pages."""
        app.jinja_loader = ChoiceLoader(  # type: ignore[assignment]
            [FileSystemLoader(self._room / "templates"), FileSystemLoader(HERE / "templates")]
        )
        app.jinja_env.undefined = StrictUndefined
        app.jinja_env.globals |= {
            "t": self.say,
            "asset": self.asset,
            "languages": LANGUAGES,
            "service": self.service,
            "known_words": self.words.names(LANGUAGES[0]),
            "rooms": self.rooms,
        }
        app.jinja_env.filters |= {"local": local, "of": said}
        app.register_blueprint(self._assets())
        app.after_request(self._finish)

    def say(self, name: str, **values: object) -> str:
        """A word in the reader's language."""
        return self.words.say(language(), name, **values)

    def rooms(self) -> list[tuple[Room, str, bool]]:
        """Where whoever looks at the page may go, and whether it is where they are; nowhere for customers."""
        doors = rooms_of(g.get("principal", PUBLIC), self._addresses)
        around = [room for room, _ in doors if room.service == self.service and request.path.startswith(room.path)]
        here = max(around, key=lambda room: len(room.path), default=None)
        return [(room, address, room is here) for room, address in doors]

    def asset(self, name: str) -> str:
        """The address of an asset, with its hash: it may be kept for ever."""
        return url_for("assets.asset", name=name, v=_hash(self._place(name) / name))

    def _place(self, name: str) -> Path:
        own = self._room / "static"
        return own if (own / name).is_file() else HERE / "static"

    def _assets(self) -> Blueprint:
        blueprint = Blueprint("assets", __name__)

        @blueprint.route("/assets/<path:name>", methods=["GET"])
        def asset(name: str) -> Response:
            """A style sheet, a script, an image."""
            response = send_from_directory(self._place(name), name, max_age=_KEPT if "v" in request.args else None)
            response.headers.setdefault("Cache-Control", f"public, max-age={_KEPT}, immutable")
            return response

        return blueprint

    def _finish(self, response: Response) -> Response:
        if _is_page() and response.mimetype == "application/problem+json" and response.is_json:
            response = self._problem(response)
        if response.mimetype == "text/html":
            targets = " ".join(["'self'", response.headers.pop("X-Form-Targets", "")]).strip()
            response.headers["Content-Security-Policy"] = _CSP.format(targets=targets)
            response.headers["Vary"] = "Accept-Language, Cookie"
            remember(response)
        return response

    def _problem(self, response: Response) -> Response:
        found: dict[str, Any] = response.get_json()
        return render("problem.html", response.status_code, problem=found)


def render(template: str, status: int = 200, *, here: str | None = None, **values: Any) -> Response:
    """A page. values: what the template names; `lang` is always there.

    here: the path where the page can be fetched, where that is not the request's.
    """
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != PARAMETER]
    switch = {
        one: f"{request.script_root}{here or request.path}?{urlencode([*kept, (PARAMETER, one)])}" for one in LANGUAGES
    }
    text = render_template(template, lang=language(), switch=switch, **values)
    return Response(text, status, mimetype="text/html")


def local(moment: datetime | str | None, form: str = "%Y-%m-%d %H:%M") -> str:
    """A moment as readers see it; empty for none."""
    if moment is None:
        return ""
    found = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return found.astimezone(ZONE).strftime(form)


def said(text: Text | Mapping[str, str]) -> str:
    """A policy's text in the reader's language."""
    return text.in_language(language()) if isinstance(text, Text) else text[language()]


def _is_page() -> bool:
    """Whether whoever asks reads pages: no address of an API, and a browser's wish."""
    path = request.path.removeprefix(request.script_root)
    return (
        not path.startswith(("/api/", "/assets/"))
        and request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html"
    )


@cache
def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
