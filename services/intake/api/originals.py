"""GET /api/v1/demands/{key}/original: the words as they were said, for those who may, on the record."""

from flask import Response

from services.intake.schemas.originals import DemandOriginalSchema, OriginalQuerySchema
from services.intake.usecases.open_original import Reader, open_original
from services.intake.usecases.services import Services
from shared import context
from shared.clock import system_now
from shared.http.blueprint import Blueprint
from shared.http.idempotency import StoredAnswer, respond
from shared.http.principal import current_principal
from shared.http.problems import Problem
from shared.logging import get_logger

log = get_logger()


def blueprint(services: Services) -> Blueprint:
    """The originals over one set of services."""
    blp = Blueprint("originals", __name__, url_prefix="/api/v1", description="Demands word for word")

    @blp.route("/demands/<string:key>/original", methods=["GET"])
    @blp.arguments(OriginalQuerySchema, location="query")
    @blp.response(200, DemandOriginalSchema)
    def read_original(query: dict[str, str], key: str) -> Response:
        """What was said, unredacted and with sensitive answers; who read it, when and why is kept. 410 once erased."""
        caller = current_principal()
        reader = Reader(caller.scope, context.current().request_id, system_now())
        with services.database.write() as session:
            found = open_original(session, key, reader, services.vault)
        if found is None:
            raise Problem(404, "not-found", "There is nothing here")
        log.info("original_opened", number=found["number"], actor=caller.scope, reason=query["purpose"])
        answer = respond(StoredAnswer(200, found))
        answer.headers["Cache-Control"] = "no-store"
        return answer

    return blp
