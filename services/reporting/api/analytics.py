"""GET /api/v1/analytics/overview."""

from flask import Response

from services.reporting.api.services import Services
from services.reporting.domain.overview import overview
from services.reporting.domain.period import period
from services.reporting.schemas.figures import OverviewQuerySchema, OverviewSchema
from services.reporting.store import demands, names
from shared.http.blueprint import Blueprint
from shared.http.idempotency import StoredAnswer, respond


def blueprint(services: Services) -> Blueprint:
    """The figures API over one set of services."""
    blp = Blueprint("analytics", __name__, url_prefix="/api/v1/analytics", description="Figures")

    @blp.route("/overview", methods=["GET"])
    @blp.arguments(OverviewQuerySchema, location="query")
    @blp.response(200, OverviewSchema)
    def read_overview(query: dict[str, str]) -> Response:
        """Demands received in a period, counted by status, type, priority and department."""
        days = period(query["begin"], query["end"])
        with services.database.read() as session:
            groups = demands.groups(session, days, query.get("policy"))
            known = names.departments(session)
        return respond(StoredAnswer(200, overview(groups, known)))

    return blp
