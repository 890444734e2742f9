"""GET /api/v1/deadlines: what is due, and when its timer rings next."""

from datetime import datetime
from typing import Any

from flask import Response

from services.notifier.api.paging import listed
from services.notifier.api.services import Services
from services.notifier.schemas.lists import DeadlinesQuerySchema, ListSchema
from services.notifier.store import timers
from shared.clock import format_time, parse_time
from shared.http.blueprint import Blueprint
from shared.http.pagination import Page, requested_page
from shared.http.problems import Problem


def blueprint(services: Services) -> Blueprint:
    """The list of deadlines."""
    blp = Blueprint("deadlines", __name__, url_prefix="/api/v1", description="What is due")

    @blp.route("/deadlines", methods=["GET"])
    @blp.arguments(DeadlinesQuerySchema, location="query")
    @blp.response(200, ListSchema)
    def list_deadlines(query: dict[str, Any]) -> Response:
        """Deadlines by the moment they are due."""
        page = requested_page(str, str)
        with services.database.read() as session:
            rows = timers.page(
                session,
                state=query["state"],
                due_before=query["due_before"],
                after=_after_moment(page),
                limit=page.limit + 1,
            )
        found = rows[: page.limit]
        last = (format_time(found[-1].due_at), found[-1].id) if len(rows) > page.limit else None
        return listed([{**vars(row), "paused": row.paused_at is not None} for row in found], last)

    return blp


def _after_moment(page: Page) -> tuple[datetime, str] | None:
    if page.after is None:
        return None
    try:
        return parse_time(page.after[0]), page.after[1]
    except (ValueError, OverflowError):
        errors = [{"pointer": "/cursor", "code": "invalid", "message": "Not a cursor of this list"}]
        raise Problem(422, "query-invalid", "The query does not fit", errors=errors) from None
