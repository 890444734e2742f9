"""Pages of rows as answers."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from flask import Response

from shared.clock import format_time
from shared.http.idempotency import StoredAnswer, respond
from shared.http.pagination import link_next


def listed(rows: Iterable[Mapping[str, Any]], last: tuple[str, ...] | None) -> Response:
    """{items: rows}; last: the sort key of the last one shown, None when nothing follows."""
    return link_next(respond(StoredAnswer(200, {"items": [shown(row) for row in rows]})), last)


def shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as JSON: moments in RFC 3339."""
    return {name: format_time(value) if isinstance(value, datetime) else value for name, value in row.items()}
