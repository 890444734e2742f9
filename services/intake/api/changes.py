"""POST /api/v1/demands/{number}/changes/{change}/confirmation: the customer's yes or no to another plan."""

from flask import Response
from sqlalchemy.orm import Session

from services.intake.api.answers import answered, on_demand
from services.intake.domain.changes import ChangeAnswer
from services.intake.domain.records import DemandRow
from services.intake.schemas.answers import ChangeAnsweredSchema, ChangeAnswerSchema
from services.intake.usecases.answer_change import answer_change
from services.intake.usecases.services import Services
from shared.clock import business_now
from shared.http.blueprint import Blueprint
from shared.http.idempotency import StoredAnswer
from shared.http.principal import current_principal


def blueprint(services: Services) -> Blueprint:
    """The customers' answers to changes over one set of services."""
    blp = Blueprint("changes", __name__, url_prefix="/api/v1", description="What customers say to another plan")

    @blp.route("/demands/<string:key>/changes/<string:change>/confirmation", methods=["POST"])
    @blp.arguments(ChangeAnswerSchema)
    @blp.response(201, ChangeAnsweredSchema)
    def confirm_change(answer: ChangeAnswer, key: str, change: str) -> Response:
        """Say whether the customer agrees to another plan, once for each change."""

        def work(session: Session, demand: DemandRow) -> StoredAnswer:
            by, now = current_principal().scope, business_now()
            answer_change(session, demand, change, answer, by=by, vault=services.vault, now=now)
            return answered(201, demand, {"change": change, "agrees": answer.agrees})

        return on_demand(services, key, work, "change_answered")

    return blp
