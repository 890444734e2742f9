"""GET /api/v1/contacts, GET /api/v1/recipients: whom a notice reaches and how, for the notifier when it sends."""

from flask import Response

from services.triage.domain.absence import Asked, reached
from services.triage.schemas.contacts import (
    ContactListSchema,
    ContactsQuerySchema,
    RecipientListSchema,
    RecipientsQuerySchema,
)
from services.triage.store import contacts, people
from services.triage.usecases.services import Services
from shared.clock import business_now
from shared.http.blueprint import Blueprint
from shared.http.idempotency import StoredAnswer, respond
from shared.http.principal import current_principal
from shared.logging import get_logger

log = get_logger()


def blueprint(services: Services) -> Blueprint:
    """The contacts of staff over one set of services."""
    blp = Blueprint("contacts", __name__, url_prefix="/api/v1", description="How staff is reached, for the notifier")

    @blp.route("/contacts", methods=["GET"])
    @blp.arguments(ContactsQuerySchema, location="query")
    @blp.response(200, ContactListSchema)
    def list_contacts(query: dict[str, str]) -> Response:
        """How one person is reached, away or not; nobody when the person left or has no mail address."""
        with services.database.read() as session:
            found = contacts.of_person(session, query["staff_id"])
        log.info("contacts_opened", actor=current_principal().scope, count=len(found))
        return respond(StoredAnswer(200, {"items": found}))

    @blp.route("/recipients", methods=["GET"])
    @blp.arguments(RecipientsQuerySchema, location="query")
    @blp.response(200, RecipientListSchema)
    def list_recipients(asked: Asked) -> Response:
        """Who is told now: by the chain from the handler over deputies, leads and desk to any manager."""
        with services.database.read() as session:
            known = people.asked_for(session, asked)
        found = reached(asked, known, business_now())
        items = [{"staff_id": one.person.id, "why": one.why, "instead_of": one.instead_of} for one in found]
        return respond(StoredAnswer(200, {"items": items}))

    return blp
