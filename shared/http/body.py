"""Request bodies: JSON that two parsers cannot read differently, bounded in size, depth and numbers."""

import json
import math
import re
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

from flask import current_app, g, request
from werkzeug.exceptions import RequestEntityTooLarge

from shared.http.problems import Error, Problem, pointer
from shared.text import unsafe_character

JSON_LIMIT = 1024 * 1024
BATCH_LIMIT = 16 * 1024 * 1024
UPLOADS_LIMIT = 64 * 1024 * 1024
"""Files and fields of one request: a single file that is too large can still be told beside its field."""

MAX_DEPTH = 32
_MAX_INTEGER = 2**63 - 1
_MAX_DIGITS = 20
_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
# Strings as one token, terminated or not, so that every byte is passed once: linear on any input.
_TOKENS = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)|[\[{]|[\]}]', re.DOTALL)
_MAX_UNSAFE = 20

View = TypeVar("View", bound=Callable[..., Any])


def takes(*media_types: str, limit: int = JSON_LIMIT) -> Callable[[View], View]:
    """Mark a view that takes other bodies than JSON, or larger ones (bytes). Goes directly above `def`."""

    def mark(view: View) -> View:
        view.__dict__["demandflow_takes"] = (frozenset(media_types), limit)
        return view

    return mark


def check_body() -> None:
    """Before a view: bound the body, refuse encodings and kinds, parse JSON strictly (415, 413, 400, 422)."""
    media_types, limit = _limits()
    if request.mimetype not in media_types:
        limit = _json_limit()
    # One byte more than allowed: werkzeug cuts a chunked body at the limit without a word.
    request.max_content_length = limit + 1
    if request.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        _unsupported("content-encoding", "Bodies are taken uncompressed")
    if request.method in ("GET", "HEAD", "DELETE") or not _has_body():
        return
    if request.mimetype in media_types:
        if (request.content_length or 0) > limit:
            raise RequestEntityTooLarge
    elif request.is_json:
        strict_json()
    elif request.get_data(cache=True):
        _unsupported("media-type-unsupported", "This address takes application/json")


def strict_json() -> Any:
    """The request's JSON, parsed once per request; Problem 400, 413, 415 or 422 when it is not acceptable."""
    if "strict_json" not in g:
        if not request.is_json:
            _unsupported("media-type-unsupported", "This address takes application/json")
        charset = request.mimetype_params.get("charset", "utf-8").lower()
        if charset not in ("utf-8", "utf8"):
            _unsupported("charset-unsupported", "JSON is UTF-8")
        data = request.get_data(cache=True)
        if len(data) > _json_limit():
            raise RequestEntityTooLarge
        g.strict_json = parse_json(data)
    return g.strict_json


def parse_json(data: bytes) -> Any:
    """Bytes -> plain data. Problem 400 for what is no unambiguous JSON, 422 for NUL and lone surrogates.

    Refused: other encodings and byte order marks, more than 32 levels, duplicate keys, NaN, infinities and
    numbers that become one, integers beyond 64 bits.
    """
    if data.startswith(_BYTE_ORDER_MARKS):
        _unreadable("json-encoding", "JSON is UTF-8 without a byte order mark")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        _unreadable("json-encoding", "JSON is UTF-8 without a byte order mark")
    if _depth_exceeds(data, MAX_DEPTH):
        _unreadable("json-too-deep", f"At most {MAX_DEPTH} levels")
    try:
        value = json.loads(
            text,
            object_pairs_hook=_no_duplicates,
            parse_constant=_no_constant,
            parse_float=_finite,
            parse_int=_bounded_integer,
        )
    except (ValueError, RecursionError):
        _unreadable("json-invalid", "Not valid JSON")
    errors: list[Error] = []
    _collect_unsafe(value, (), errors)
    if errors:
        raise Problem(422, "text-unsafe", "Text holds characters that cannot be stored", errors=errors)
    return value


def _limits() -> tuple[frozenset[str], int]:
    """What else than JSON the address takes, and how many bytes."""
    view = current_app.view_functions.get(request.endpoint or "")
    found: tuple[frozenset[str], int] = getattr(view, "demandflow_takes", (frozenset(), JSON_LIMIT))
    return found


def _json_limit() -> int:
    """How many bytes of JSON it takes: a larger limit is for the other media types, where it names some."""
    media_types, limit = _limits()
    return min(limit, JSON_LIMIT) if media_types else limit


def _has_body() -> bool:
    chunked = request.headers.get("Transfer-Encoding", "").lower() == "chunked"
    return bool(request.content_length) or chunked or bool(request.environ.get("wsgi.input_terminated"))


def _depth_exceeds(data: bytes, limit: int) -> bool:
    if data.count(b"[") + data.count(b"{") <= limit:
        return False
    depth = 0
    for token in _TOKENS.finditer(data):
        first = data[token.start()]
        if first in b"[{":
            depth += 1
            if depth > limit:
                return True
        elif first in b"]}":
            depth -= 1
    return False


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        _unreadable("json-duplicate-key", "An object says the same key twice")
    return found


def _no_constant(_text: str) -> NoReturn:
    _unreadable("json-number", "Numbers are finite")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        _unreadable("json-number", "Numbers are finite")
    return value


def _bounded_integer(text: str) -> int:
    if len(text) > _MAX_DIGITS or abs(int(text)) > _MAX_INTEGER:
        _unreadable("json-number", "Whole numbers have at most 64 bits")
    return int(text)


def _collect_unsafe(value: Any, path: tuple[str | int, ...], errors: list[Error]) -> None:
    if isinstance(value, str):
        code = unsafe_character(value)
        if code is not None and len(errors) < _MAX_UNSAFE:
            errors.append({"pointer": pointer(*path), "code": code, "message": "Not a storable character"})
    elif isinstance(value, dict):
        for key, inner in value.items():
            _collect_unsafe(key, path, errors)
            _collect_unsafe(inner, (*path, key), errors)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            _collect_unsafe(inner, (*path, index), errors)


def _unreadable(code: str, title: str) -> NoReturn:
    raise Problem(400, code, title) from None


def _unsupported(code: str, title: str) -> NoReturn:
    raise Problem(415, code, title)
