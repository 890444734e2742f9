"""GET /api/v1/analytics/overview."""

from flask import Response

from services.reporting.api.services import Services
from services.reporting.domain.overview import Counted, overview
from services.reporting.domain.period import period
from services.reporting.schemas.figures import OverviewQuerySchema, OverviewSchema
from services.reporting.store import figures, names
from shared.http.blueprint import Blueprint
from shared.http.idempotency import StoredAnswer, respond


def blueprint(services: Services) -> Blueprint:
    """The figures API over one set of services."""
    blp = Blueprint("analytics", __name__, url_prefix="/api/v1/analytics", description="Figures")

    @blp.route("/overview", methods=["GET"])
    @blp.arguments(OverviewQuerySchema, location="query")
    @blp.response(200, OverviewSchema)
    def read_overview(query: dict[str, str]) -> Response:
        """Demands received in a period: counts, deadlines kept, satisfaction by policy, handling time, sources."""
        days, policy = period(query["begin"], query["end"]), query.get("policy")
        with services.database.read() as session:
            counted = Counted(
                groups=figures.groups(session, days, policy),
                sources=figures.sources(session, days, policy),
                kept=figures.kept(session, days, policy),
                answers=figures.answers(session, days, policy),
                taken=figures.taken(session, days, policy),
            )
            known = names.departments(session)
        return respond(StoredAnswer(200, overview(counted, known)))

    return blp
