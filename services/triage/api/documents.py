"""Documents over HTTP: YAML comes in and goes out as the very bytes it was released as."""

from itertools import groupby
from typing import Any

from flask import Response, request
from sqlalchemy import Row, Table

from shared.calendars.model import Calendar
from shared.clock import format_time
from shared.db import Database
from shared.http.problems import Problem
from shared.policies.model import Policy
from shared.versions import store

MEDIA_TYPES = ("application/yaml", "text/yaml")
BODY: dict[str, Any] = {
    "required": True,
    "content": {name: {"schema": {"type": "string"}} for name in MEDIA_TYPES},
}
"""The request body, for the OpenAPI document."""


def yaml_body() -> bytes:
    """The request's document as it came; Problem 415 for anything but YAML."""
    if request.mimetype not in MEDIA_TYPES:
        raise Problem(415, "media-type-unsupported", f"This address takes {MEDIA_TYPES[0]}")
    return request.get_data(cache=True)


def check_names(found: Policy | Calendar, code: str, version: str) -> None:
    """A document stands under its own code and version: Problem 422 otherwise."""
    errors = [
        {"pointer": f"/{name}", "code": "mismatch", "message": "Not as in the address"}
        for name, said, asked in (("code", found.code, code), ("version", found.version, version))
        if said != asked
    ]
    if errors:
        raise Problem(422, "path-mismatch", "Code and version of the document are those of the address", errors=errors)


def document(database: Database, table: Table, code: str, version: str) -> Response:
    """One version's document with its hash as entity tag (304 for whoever has it); Problem 404."""
    with database.read() as session:
        try:
            raw = store.document(session, table, code, version)
            (row,) = (one for one in store.listed(session, table, code) if one.version == version)
        except LookupError:
            raise Problem(404, "not-found", "There is nothing here") from None
    response = Response(raw, mimetype="text/yaml")
    response.set_etag(row.sha256)
    response.make_conditional(request)
    return response


def versions(database: Database, table: Table, code: str | None = None) -> dict[str, list[dict[str, str]]]:
    """Code -> its versions as answers show them, in the order in which they became known."""
    with database.read() as session:
        rows = store.listed(session, table, code)
    return {name: [_shown(row) for row in same] for name, same in groupby(rows, key=lambda row: str(row.code))}


def _shown(row: Row[Any]) -> dict[str, str]:
    shown = {"version": row.version, "sha256": row.sha256, "known_at": format_time(row.known_at)}
    if "effective_from" in row._fields:
        shown["effective_from"] = format_time(row.effective_from)
    return shown
