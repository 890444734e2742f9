"""GET /api/v1/letters and POST /api/v1/letters/{id}:resend: who of a campaign was mailed, and once more."""

from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from services.notifier.api.paging import listed, shown
from services.notifier.api.services import Services
from services.notifier.schemas.lists import LetterSchema, LettersQuerySchema, ListSchema
from services.notifier.store import letters
from services.notifier.usecases.resend import resend_letter
from shared.clock import system_now
from shared.http.blueprint import Blueprint
from shared.http.idempotency import StoredAnswer, once, respond
from shared.http.pagination import requested_page
from shared.http.principal import current_principal
from shared.logging import get_logger

log = get_logger()


def blueprint(services: Services) -> Blueprint:
    """The letters over one set of services."""
    blp = Blueprint("letters", __name__, url_prefix="/api/v1", description="Letters of campaigns")

    @blp.route("/letters", methods=["GET"])
    @blp.arguments(LettersQuerySchema, location="query")
    @blp.response(200, ListSchema)
    def list_letters(query: dict[str, Any]) -> Response:
        """Letters, the newest first."""
        page = requested_page(str)
        wanted = {name: value for name, value in query.items() if name not in ("cursor", "limit")}
        after = page.after[0] if page.after else None
        with services.database.read() as session:
            rows = letters.page(session, wanted, after=after, limit=page.limit + 1)
        found = rows[: page.limit]
        return listed(found, (found[-1]["id"],) if len(rows) > page.limit else None)

    @blp.route("/letters/<string:letter_id>:resend", methods=["POST"])
    @blp.response(200, LetterSchema)
    def send_letter_again(letter_id: str) -> Response:
        """Send a letter again that was sent or has failed; a copy bears the id of the first."""

        def work(session: Session) -> StoredAnswer:
            return StoredAnswer(200, shown(resend_letter(session, letter_id, now=system_now())))

        answer = once(services.database, work)
        log.info("letter_resent", letter_id=letter_id, actor=current_principal().scope)
        return respond(answer)

    return blp
