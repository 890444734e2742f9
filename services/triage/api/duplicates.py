"""GET /api/v1/demands/{number}/duplicates: what may be the same demand, and why."""

from flask import Response

from services.triage.api.actions import caller_of_request
from services.triage.schemas.duplicates import DuplicateListSchema
from services.triage.store import cases
from services.triage.usecases.find_duplicates import likely_copies
from services.triage.usecases.services import Services
from shared.http.blueprint import Blueprint
from shared.http.idempotency import StoredAnswer, respond
from shared.http.problems import Problem


def blueprint(services: Services) -> Blueprint:
    """The suggestions over one set of services."""
    blp = Blueprint("duplicates", __name__, url_prefix="/api/v1", description="Demands that may be the same")

    @blp.route("/demands/<string:number>/duplicates", methods=["GET"])
    @blp.response(200, DuplicateListSchema)
    def list_duplicates(number: str) -> Response:
        """Demands of 30 days around that may be the same, with reasons; a department sees its own."""
        own = caller_of_request().department
        with services.database.read() as session:
            case = cases.find(session, number)
            if case is None or (own is not None and own not in (case.lead, *case.joining)):
                raise Problem(404, "not-found", "There is nothing here")
            found = likely_copies(session, case, department=own)
        shown = [
            {"number": one.number, "score": one.score, "reasons": list(one.reasons), "strong": one.strong}
            for one in found
        ]
        return respond(StoredAnswer(200, {"items": shown}))

    return blp
