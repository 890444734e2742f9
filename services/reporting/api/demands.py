"""GET /api/v1/demands/{number}."""

from flask import Response

from services.reporting.api.callers import shown, visible
from services.reporting.api.services import Services
from services.reporting.schemas.demand import DemandSchema
from shared.http.blueprint import Blueprint
from shared.http.idempotency import StoredAnswer, respond

_PARTS = ("deadlines", "progress", "delays", "changes", "promises", "opinions", "notices")


def blueprint(services: Services) -> Blueprint:
    """The demands API over one set of services."""
    blp = Blueprint("demands", __name__, url_prefix="/api/v1", description="Demands as figures see them")

    @blp.route("/demands/<string:number>", methods=["GET"])
    @blp.response(200, DemandSchema)
    def read_demand(number: str) -> Response:
        """A demand as it is projected, with all that belongs to it."""
        with services.database.read() as session:
            found = visible(session, number)
        parts = {name: [shown(one) for one in getattr(found, name)] for name in _PARTS}
        return respond(StoredAnswer(200, {**shown(found.demand), **parts}))

    return blp
