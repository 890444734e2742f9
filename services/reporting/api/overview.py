"""GET /api/v1/analytics/overview and GET /api/v1/demands/{number}."""

from datetime import datetime
from typing import Any

from flask import Response

from services.reporting.api.services import Services
from services.reporting.domain.period import period
from services.reporting.schemas.overview import DemandRowSchema, OverviewQuerySchema, OverviewSchema
from services.reporting.store import overview
from shared.clock import format_time
from shared.http.blueprint import Blueprint
from shared.http.idempotency import StoredAnswer, respond
from shared.http.problems import Problem


def blueprint(services: Services) -> Blueprint:
    """The overview API over one read store."""
    blp = Blueprint("overview", __name__, url_prefix="/api/v1", description="What has come in and how it stands")

    @blp.route("/analytics/overview", methods=["GET"])
    @blp.arguments(OverviewQuerySchema, location="query")
    @blp.response(200, OverviewSchema)
    def read_overview(query: dict[str, Any]) -> Response:
        """Figures of the demands received from one day to another."""
        days = period(query["first"], query["last"])
        with services.database.read() as session:
            found = overview.counts(session, start=days.start, end=days.end, policy=query["policy"])
        return respond(StoredAnswer(200, found))

    @blp.route("/demands/<string:number>", methods=["GET"])
    @blp.response(200, DemandRowSchema)
    def read_demand(number: str) -> Response:
        """One demand as the read store knows it."""
        with services.database.read() as session:
            found = overview.demand(session, number)
        if found is None:
            raise Problem(404, "not-found", "There is nothing here")
        return respond(StoredAnswer(200, _plain(found)))

    return blp


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return format_time(value) if isinstance(value, datetime) else value
