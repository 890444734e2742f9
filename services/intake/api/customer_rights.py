"""What the law gives a customer: to take a consent back, to be told everything that is held (PIPL art. 15, 45)."""

from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from services.intake.api.cursors import after_moment
from services.intake.api.customers import known, shown_consent
from services.intake.schemas.customer import (
    ConsentsSchema,
    ExportQuerySchema,
    ExportSchema,
    WithdrawConsentSchema,
)
from services.intake.store import consents, customers
from services.intake.usecases.export_customer import document
from services.intake.usecases.services import Services
from shared import context
from shared.clock import business_now, system_now
from shared.http.blueprint import Blueprint
from shared.http.idempotency import StoredAnswer, once, respond
from shared.http.pagination import link_next, requested_page
from shared.http.principal import current_principal
from shared.logging import get_logger

log = get_logger()


def blueprint(services: Services) -> Blueprint:
    """The rights API over one set of services."""
    blp = Blueprint("customer_rights", __name__, url_prefix="/api/v1", description="A customer's rights to their data")

    @blp.route("/customers/<string:number>/consents:withdraw", methods=["POST"])
    @blp.arguments(WithdrawConsentSchema)
    @blp.response(200, ConsentsSchema)
    def withdraw_consents(body: dict[str, Any], number: str) -> Response:
        """Mark consents as taken back; demands go on, withdrawing one is a thing of its own."""

        def work(session: Session) -> StoredAnswer:
            row = customers.locked(session, known(session, number).id)
            ended = consents.withdraw(session, row.id, body["purpose"], business_now())
            left = [shown_consent(one) for one in consents.of_customer(session, row.id)]
            return StoredAnswer(200, {"withdrawn": ended, "consents": left}, {}, f"customer/{row.id}")

        answer = once(services.database, work)
        log.info("consent_withdrawn", customer_number=number, actor=current_principal().scope)
        return respond(answer)

    @blp.route("/customers/<string:number>/export", methods=["GET"])
    @blp.arguments(ExportQuerySchema, location="query")
    @blp.response(200, ExportSchema)
    def export_customer(_query: dict[str, str], number: str) -> Response:
        """Everything held of a customer, in the clear, for whoever asked for their own data; that it was is kept."""
        after = after_moment(requested_page(str, str))
        caller = current_principal().scope
        with services.database.write() as session:
            row = known(session, number)
            found, last = document(session, row, after=after, vault=services.vault)
            customers.note_reading(
                session,
                number=number,
                purpose="export",
                reader=caller,
                now=system_now(),
                request_id=context.current().request_id,
            )
        log.info("customer_exported", customer_number=number, actor=caller)
        answer = respond(StoredAnswer(200, found))
        answer.headers["Cache-Control"] = "no-store"
        return link_next(answer, last)

    return blp
