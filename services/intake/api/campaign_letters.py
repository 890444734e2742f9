"""GET /api/v1/campaigns/{code}/letters/{number}: for the notifier, which mails it now."""

from typing import Any

from flask import Response, render_template

from services.intake.domain.campaigns import CampaignRow
from services.intake.schemas.campaigns import LetterSchema
from services.intake.store import campaigns
from services.intake.usecases.services import Services
from services.intake.usecases.write_letters import Letter, Reader, letter_to
from shared import context
from shared.clock import business_now, system_now
from shared.http.blueprint import Blueprint
from shared.http.idempotency import StoredAnswer, respond
from shared.http.principal import current_principal
from shared.http.problems import Problem
from shared.logging import get_logger
from shared.web.language import speak

log = get_logger()


def blueprint(services: Services) -> Blueprint:
    """The letters of campaigns over one set of services."""
    blp = Blueprint("campaign_letters", __name__, url_prefix="/api/v1", description="Letters, for services")

    @blp.route("/campaigns/<string:code>/letters/<string:number>", methods=["GET"])
    @blp.response(200, LetterSchema)
    def read_campaign_letter(code: str, number: str) -> Response:
        """Words, link and address for one customer who is asked; who read it, when and why is kept."""
        reader = Reader(current_principal().scope, context.current().request_id, system_now())
        with services.database.write() as session:
            row = campaigns.find(session, code)
            if row is None:
                raise Problem(404, "not-found", "There is nothing here")
            letter, language = letter_to(session, row, number, services=services, reader=reader, now=business_now())
        log.info("contact_opened", customer_number=number, actor=reader.scope, reason="campaign")
        return respond(StoredAnswer(200, _shown(row, letter, language)))

    return blp


def _shown(row: CampaignRow, letter: Letter, language: str) -> dict[str, Any]:
    speak(language)
    return {
        "number": letter.number,
        "name": letter.name,
        "email": letter.email,
        "subject": row.title,
        "text": render_template("campaign_letter.txt", campaign=row, letter=letter),
        "language": language,
        "policy": {"code": row.policy, "version": row.policy_version},
        "form": row.form,
    }
