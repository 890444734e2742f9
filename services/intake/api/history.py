"""What is known of a customer before a talk: demands, talks, business done, what there is to read."""

from typing import Any

from flask import Response

from services.intake.api.cursors import after_moment
from services.intake.api.customers import known, shown
from services.intake.schemas.customer import BriefingQuerySchema, BriefingSchema, HistoryQuerySchema, HistorySchema
from services.intake.store import demands
from services.intake.usecases.brief import brief, latest_talks
from services.intake.usecases.services import Services
from shared.clock import business_now, format_time
from shared.http.blueprint import Blueprint
from shared.http.idempotency import StoredAnswer, respond
from shared.http.pagination import link_next, requested_page


def blueprint(services: Services) -> Blueprint:
    """The histories API over one set of services."""
    blp = Blueprint("history", __name__, url_prefix="/api/v1", description="What is known of a customer before a talk")

    @blp.route("/customers/<string:number>/briefing", methods=["GET"])
    @blp.arguments(BriefingQuerySchema, location="query")
    @blp.response(200, BriefingSchema)
    def read_briefing(query: dict[str, Any], number: str) -> Response:
        """All that is known before a talk with a customer, so that nobody asks twice."""
        with services.database.read() as session:
            found = known(session, number)
            told = brief(session, found, rules=services.rules, now=business_now(), **query)
        return respond(StoredAnswer(200, {"customer": shown(found), **told}))

    @blp.route("/customers/<string:number>/history", methods=["GET"])
    @blp.arguments(HistoryQuerySchema, location="query")
    @blp.response(200, HistorySchema)
    def list_customer_history(_query: dict[str, Any], number: str) -> Response:
        """What the customer reported, the newest first; the first page also has the latest talks."""
        page = requested_page(str, str)
        with services.database.read() as session:
            found = known(session, number)
            rows = demands.of_customer(session, found.id, after=after_moment(page), limit=page.limit + 1)
            talks = [] if page.after else latest_talks(session, found.id)
        items = [{**row, "received_at": format_time(row["received_at"])} for row in rows[: page.limit]]
        last = items[-1] if len(rows) > page.limit else None
        answer = respond(StoredAnswer(200, {"items": items, "communications": talks}))
        return link_next(answer, (last["received_at"], last["id"]) if last else None)

    return blp
