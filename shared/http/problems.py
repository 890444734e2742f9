"""Problem answers (RFC 9457): one shape for every error, stable codes, never a value from the request."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask import Flask, Response, g
from marshmallow import ValidationError
from werkzeug.exceptions import HTTPException

from shared import context
from shared.db import is_infrastructure
from shared.logging import get_logger, place_of
from shared.refused import Refused

log = get_logger()

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 5
_MAX_ERRORS = 100
_MAX_SEGMENT = 64
_STATUS_CODES = {
    400: ("bad-request", "The request cannot be read"),
    404: ("not-found", "There is nothing here"),
    405: ("method-not-allowed", "This address does not take that method"),
    406: ("not-acceptable", "This answer has no such form"),
    413: ("body-too-large", "The body is larger than this address takes"),
    414: ("address-too-long", "The address is too long"),
    415: ("media-type-unsupported", "This address does not take that kind of body"),
    422: ("validation-failed", "The content does not fit"),
    431: ("headers-too-large", "The headers are too large"),
}
_MESSAGE_CODES = (
    ("Missing data for required", "required"),
    ("Unknown field", "unknown-field"),
    ("Field may not be null", "null"),
    ("Not a valid", "type"),
    ("Invalid input type", "type"),
    ("Length must be", "length"),
    ("Longer than", "length"),
    ("Shorter than", "length"),
    ("Must be one of", "choice"),
    ("Must be greater", "range"),
    ("Must be less", "range"),
    ("String does not match", "pattern"),
)
_CODED = re.compile(r"^([a-z][a-z0-9]*(?:-[a-z0-9]+)*): (.+)$", re.DOTALL)

Error = Mapping[str, str]


class Problem(Exception):
    """An error with its answer. errors: rows {pointer (JSON pointer), code, message}."""

    def __init__(
        self,
        status: int,
        code: str,
        title: str,
        detail: str = "",
        errors: Sequence[Error] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.status, self.code, self.title, self.detail = status, code, title, detail
        self.errors, self.headers = list(errors)[:_MAX_ERRORS], dict(headers or {})


def problem_document(problem: Problem) -> dict[str, Any]:
    """The JSON object of a problem; `instance` names the request, so that a log line can be found."""
    document: dict[str, Any] = {
        "type": f"urn:demandflow:problem:{problem.code}",
        "title": problem.title,
        "status": problem.status,
        "code": problem.code,
        "instance": f"urn:demandflow:request:{context.current().request_id or 'none'}",
    }
    if problem.detail:
        document["detail"] = problem.detail
    if problem.errors:
        document["errors"] = problem.errors
    return document


def render(problem: Problem) -> Response:
    """A problem as an HTTP answer."""
    # ASCII only: a field name from the request may hold what no encoder takes.
    response = Response(json.dumps(problem_document(problem)), status=problem.status, mimetype=MEDIA_TYPE)
    response.headers.extend(problem.headers)
    response.headers["Cache-Control"] = "no-store"
    return response


def pointer(*segments: str | int) -> str:
    """A JSON pointer; segments are escaped, cut, and stripped of what cannot be printed."""
    return "".join(f"/{_segment(str(segment))}" for segment in segments)


def errors_of(messages: Any, *path: str | int) -> list[Error]:
    """marshmallow's nested messages -> rows. A message "some-code: text" brings its own code."""
    if isinstance(messages, Mapping):
        return [
            row
            for key, inner in messages.items()
            for row in errors_of(inner, *(path if key == "_schema" else (*path, key)))
        ]
    found: Iterable[Any] = messages if isinstance(messages, list | tuple) else [messages]
    return [_row(str(message), path) for message in found]


def install(app: Flask) -> None:
    """Make every error of an app a problem answer."""
    app.register_error_handler(Problem, render)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(ValidationError, _invalid)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(Exception, _unexpected)


def http_error(error: HTTPException) -> Response:
    """A werkzeug error (or redirect) as an answer; webargs' messages become errors[]."""
    if error.code is None or error.code < 400:
        return Response(status=error.code or 500, headers=error.get_headers())
    data = getattr(error, "data", None) or {}
    if "messages" in data:
        return render(_validation(data["messages"]))
    code, title = _STATUS_CODES.get(error.code, ("http-error", "The request was not done"))
    headers = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
    return render(Problem(error.code, code, title, headers=headers))


def problem_of(error: Problem | Refused | ValidationError) -> Problem:
    """What a refusal is told as, where it is one line among many."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, Refused):
        return Problem(error.status, error.code, error.rule or "A rule stands against it", errors=error.errors)
    return _validation(error.messages)


def _refused(error: Refused) -> Response:
    return render(problem_of(error))


def _invalid(error: ValidationError) -> Response:
    return render(problem_of(error))


def _validation(messages: Any) -> Problem:
    if isinstance(messages, Mapping) and len(messages) == 1:
        location, inner = next(iter(messages.items()))
        if location in ("json", "query", "form", "files", "headers", "path"):
            messages = inner
    return Problem(422, *_STATUS_CODES[422], errors=errors_of(messages))


def _unexpected(error: Exception) -> Response:
    if is_infrastructure(error):
        log.error("database_unavailable", error_type=type(error).__name__, at=place_of(error))
        return render(unavailable())
    g.failed = True
    log.error("request_failed", error_type=type(error).__name__, at=place_of(error))
    return render(Problem(500, "internal-error", "Something went wrong on our side"))


def unavailable(code: str = "database-unavailable") -> Problem:
    """503: nothing was stored, come again."""
    return Problem(
        503,
        code,
        "Not possible at this moment, nothing was stored",
        headers={"Retry-After": str(RETRY_AFTER_SECONDS)},
    )


def _row(message: str, path: tuple[str | int, ...]) -> Error:
    coded = _CODED.match(message)
    if coded:
        return {"pointer": pointer(*path), "code": coded[1], "message": coded[2]}
    code = next((code for start, code in _MESSAGE_CODES if message.startswith(start)), "invalid")
    return {"pointer": pointer(*path), "code": code, "message": message}


def _segment(text: str) -> str:
    shown = "".join(char if char.isprintable() else "\ufffd" for char in text[:_MAX_SEGMENT])
    return shown.replace("~", "~0").replace("/", "~1")
