"""GET /api/v1/contacts: mail addresses of staff, for the notifier at the moment of sending."""

from flask import Response

from services.triage.schemas.contacts import ContactListSchema, ContactsQuerySchema
from services.triage.store import contacts
from services.triage.usecases.services import Services
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
        """Active people who have a mail address: one by id, or those of a department who work on demands."""
        with services.database.read() as session:
            found = contacts.reachable(session, **query)
        actor = current_principal().scope
        log.info("contacts_opened", actor=actor, department=query.get("department"), count=len(found))
        return respond(StoredAnswer(200, {"items": found}))

    return blp
