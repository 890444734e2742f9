"""Cursor pagination: `?cursor=&limit=`, the next page as `Link: rel=next`. A cursor is opaque and typed."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Response, request

from shared.http.problems import Problem
from shared.text import unsafe_character

DEFAULT_LIMIT = 50
MAX_LIMIT = 200
_MAX_CURSOR = 512


@dataclass(frozen=True)
class Page:
    """What a caller asks for: the position after which to go on (None: the start), and how many rows."""

    after: tuple[Any, ...] | None
    limit: int


def requested_page(*kinds: type) -> Page:
    """Read `cursor` and `limit`; kinds: types of the cursor's parts (str, int). Problem 422 when unfit."""
    text = request.args.get("limit", str(DEFAULT_LIMIT))
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and 1 <= int(text) <= MAX_LIMIT):
        raise _unfit("limit", f"A whole number from 1 to {MAX_LIMIT}")
    cursor = request.args.get("cursor")
    return Page(None if not cursor else decode_cursor(cursor, *kinds), int(text))


def encode_cursor(position: Sequence[Any]) -> str:
    """The sort key of the last row shown -> text."""
    raw = json.dumps(list(position), separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode_cursor(text: str, *kinds: type) -> tuple[Any, ...]:
    """The reverse; Problem 422 for anything that encode_cursor cannot have made for these kinds."""
    try:
        if len(text) > _MAX_CURSOR:
            raise ValueError
        raw = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
        position = json.loads(raw)
    except (ValueError, binascii.Error, RecursionError):
        raise _unfit("cursor", "Not a cursor of this list") from None
    fits = isinstance(position, list) and len(position) == len(kinds)
    if not fits or not all(_is(part, kind) for part, kind in zip(position, kinds, strict=True)):
        raise _unfit("cursor", "Not a cursor of this list")
    return tuple(position)


def link_next(response: Response, position: Sequence[Any] | None) -> Response:
    """Add the Link header to the next page; position None means that this was the last one."""
    if position is not None:
        arguments = request.args.to_dict(flat=False) | {"cursor": [encode_cursor(position)]}
        response.headers["Link"] = (
            f'<{request.script_root}{request.path}?{urlencode(arguments, doseq=True)}>; rel="next"'
        )
    return response


def _is(part: Any, kind: type) -> bool:
    if kind is int:
        return isinstance(part, int) and not isinstance(part, bool) and abs(part) < 2**63
    return isinstance(part, kind) and (not isinstance(part, str) or unsafe_character(part) is None)


def _unfit(name: str, message: str) -> Problem:
    errors = [{"pointer": f"/{name}", "code": "invalid", "message": message}]
    return Problem(422, "query-invalid", "The query does not fit", errors=errors)
