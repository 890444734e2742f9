"""GET /api/v1/demands/{number}."""

from typing import Any

from flask import Response

from services.reporting.api.callers import shown, visible
from services.reporting.api.services import Services
from services.reporting.domain.communications import standing
from services.reporting.schemas.demand import DemandSchema
from shared.http.blueprint import Blueprint
from shared.http.idempotency import StoredAnswer, respond

_PARTS = (
    "deadlines", "evaluations", "tasks", "progress", "blocks", "delays", "changes", "promises", "opinions", "relations",
    "notices", "attachments",
)  # fmt: skip


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
        talks = [_talk(one) for one in standing(found.communications)]
        return respond(StoredAnswer(200, {**shown(found.demand), **parts, "communications": talks}))

    return blp


def _talk(row: dict[str, Any]) -> dict[str, Any]:
    return {**shown(row), "former": [shown(one) for one in row["former"]]}
