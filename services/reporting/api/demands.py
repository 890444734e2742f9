"""GET /api/v1/demands/{number}."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Response

from services.reporting.api.services import Services
from services.reporting.schemas.figures import DemandSchema
from services.reporting.store import deadlines, demands
from shared.clock import format_time
from shared.http.blueprint import Blueprint
from shared.http.idempotency import StoredAnswer, respond
from shared.http.problems import Problem


def blueprint(services: Services) -> Blueprint:
    """The demands API over one set of services."""
    blp = Blueprint("demands", __name__, url_prefix="/api/v1", description="Demands as figures see them")

    @blp.route("/demands/<string:number>", methods=["GET"])
    @blp.response(200, DemandSchema)
    def read_demand(number: str) -> Response:
        """A demand as it is projected, with its deadlines."""
        with services.database.read() as session:
            row = demands.find(session, number)
            clocks = [] if row is None else deadlines.of_demand(session, row["demand_id"])
        if row is None:
            raise Problem(404, "not-found", "There is nothing here")
        return respond(StoredAnswer(200, {**_shown(row), "deadlines": [_shown(one) for one in clocks]}))

    return blp


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: format_time(value) if isinstance(value, datetime) else value for name, value in row.items()}
