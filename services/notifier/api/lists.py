"""GET /api/v1/deadlines and GET /api/v1/notices."""

from datetime import datetime
from typing import Any

from flask import Response

from services.notifier.api.services import Services
from services.notifier.schemas.lists import DeadlinesQuerySchema, ListSchema, NoticesQuerySchema
from services.notifier.store import notices, timers
from shared.clock import format_time, parse_time
from shared.http.blueprint import Blueprint
from shared.http.idempotency import StoredAnswer, respond
from shared.http.pagination import Page, link_next, requested_page
from shared.http.problems import Problem


def blueprint(services: Services) -> Blueprint:
    """The lists of deadlines and notices."""
    blp = Blueprint("lists", __name__, url_prefix="/api/v1", description="What is due, and who was told")

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
        shown = [vars(row) for row in rows[: page.limit]]
        last = shown[-1] if len(rows) > page.limit else None
        return _listed(shown, (format_time(last["due_at"]), last["id"]) if last else None)

    @blp.route("/notices", methods=["GET"])
    @blp.arguments(NoticesQuerySchema, location="query")
    @blp.response(200, ListSchema)
    def list_notices(query: dict[str, Any]) -> Response:
        """Notices, the newest first."""
        page = requested_page(str)
        with services.database.read() as session:
            rows = notices.page(session, after=page.after[0] if page.after else None, limit=page.limit + 1)
        shown = rows[: page.limit]
        return _listed(shown, (shown[-1]["id"],) if len(rows) > page.limit else None)

    return blp


def _after_moment(page: Page) -> tuple[datetime, str] | None:
    if page.after is None:
        return None
    try:
        return parse_time(page.after[0]), page.after[1]
    except (ValueError, OverflowError):
        errors = [{"pointer": "/cursor", "code": "invalid", "message": "Not a cursor of this list"}]
        raise Problem(422, "query-invalid", "The query does not fit", errors=errors) from None


def _listed(rows: list[dict[str, Any]], last: tuple[str, ...] | None) -> Response:
    items = [{name: _plain(value) for name, value in row.items()} for row in rows]
    return link_next(respond(StoredAnswer(200, {"items": items})), last)


def _plain(value: Any) -> Any:
    return format_time(value) if isinstance(value, datetime) else value
