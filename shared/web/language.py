"""Which language a page is in: asked for, else remembered, else what the browser prefers; Chinese first."""

from flask import Response, g, request

from shared.web.words import LANGUAGES

COOKIE = "demandflow_language"
PARAMETER = "lang"
_YEAR = 365 * 24 * 3600


def language() -> str:
    """zh or en, settled once per request."""
    if "language" not in g:
        g.language = _settled()
    return str(g.language)


def speak(wanted: str) -> None:
    """Say what this request says in somebody else's language: it writes to them, whoever asked."""
    g.language = wanted if wanted in LANGUAGES else LANGUAGES[0]


def remember(response: Response) -> Response:
    """Keep the language that was asked for in this request."""
    if request.args.get(PARAMETER) in LANGUAGES:
        response.set_cookie(
            COOKIE, language(), max_age=_YEAR, path="/", samesite="Lax", httponly=True, secure=request.is_secure
        )
    return response


def _settled() -> str:
    for said in (request.args.get(PARAMETER), request.cookies.get(COOKIE)):
        if said in LANGUAGES:
            return str(said)
    return request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]
