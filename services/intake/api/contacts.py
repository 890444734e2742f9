"""GET /api/v1/customers/{number}/contact: for services that reach the customer now."""

from flask import Response

from services.intake.schemas.demand import ContactAnswerSchema, PurposeQuerySchema
from services.intake.usecases.open_contact import open_contact
from services.intake.usecases.services import Services
from shared import context
from shared.clock import system_now
from shared.http.blueprint import Blueprint
from shared.http.idempotency import StoredAnswer, respond
from shared.http.principal import current_principal
from shared.http.problems import Problem
from shared.logging import get_logger

log = get_logger()
PURPOSES = {
    "service:notifier": ("notice",),
    "service:triage": ("call",),
    "service:reporting": ("archive", "form"),
}
"""What each service may open a contact for."""


def blueprint(services: Services) -> Blueprint:
    """The contact API over one set of services."""
    blp = Blueprint("contacts", __name__, url_prefix="/api/v1", description="The contact vault, for services")

    @blp.route("/customers/<string:number>/contact", methods=["GET"])
    @blp.arguments(PurposeQuerySchema, location="query")
    @blp.response(200, ContactAnswerSchema)
    def read_contact(query: dict[str, str], number: str) -> Response:
        """A contact in the clear; who read it, when and why is kept."""
        reader = current_principal().scope
        if query["purpose"] not in PURPOSES.get(reader, ()):
            raise Problem(403, "purpose-not-yours", "This service opens no contact for this purpose")
        with services.database.write() as session:
            found = open_contact(
                session,
                number,
                purpose=query["purpose"],
                reader=reader,
                request_id=context.current().request_id,
                vault=services.vault,
                now=system_now(),
            )
        if found is None:
            raise Problem(404, "not-found", "There is nothing here")
        log.info("contact_opened", customer_number=number, actor=reader, reason=query["purpose"])
        return respond(StoredAnswer(200, found))

    return blp
