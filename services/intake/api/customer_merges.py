"""Two customers that are one: merge, and take that back."""

from collections.abc import Callable

from flask import Response
from sqlalchemy.orm import Session

from services.intake.api.customers import known, shown
from services.intake.domain.records import CustomerRow
from services.intake.schemas.customer import CustomerAnswerSchema, MergeSchema
from services.intake.usecases.merge_customers import locked_pair, merge, unmerge
from services.intake.usecases.services import Services
from shared.clock import business_now
from shared.http.blueprint import Blueprint
from shared.http.conditional import check_if_match, etag
from shared.http.idempotency import StoredAnswer, once, respond
from shared.http.principal import current_principal
from shared.logging import get_logger
from shared.refused import Refused

log = get_logger()


def blueprint(services: Services) -> Blueprint:
    """The merges API over one set of services."""
    blp = Blueprint("customer_merges", __name__, url_prefix="/api/v1", description="Customers that are one")

    @blp.route("/customers/<string:number>:merge", methods=["POST"])
    @blp.arguments(MergeSchema)
    @blp.response(200, CustomerAnswerSchema)
    def merge_customer(body: dict[str, str], number: str) -> Response:
        """Point this customer to another one, which goes on for both."""

        def work(session: Session) -> CustomerRow:
            row, into = locked_pair(session, number, body["into"])
            check_if_match(row.version, required=False)
            by = current_principal().scope
            return merge(session, row, into, by=by, vault=services.vault, now=business_now())

        answer = _once(services, work)
        log.info("customer_merged", customer_number=number, actor=current_principal().scope)
        return respond(answer)

    @blp.route("/customers/<string:number>:unmerge", methods=["POST"])
    @blp.response(200, CustomerAnswerSchema)
    def unmerge_customer(number: str) -> Response:
        """Let this customer go on by itself again."""

        def work(session: Session) -> CustomerRow:
            into = known(session, number).merged_into
            if into is None:
                raise Refused("not-merged", "This customer is not merged")
            row, survivor = locked_pair(session, number, into)
            check_if_match(row.version, required=False)
            return unmerge(session, row, survivor, vault=services.vault, now=business_now())

        answer = _once(services, work)
        log.info("customer_unmerged", customer_number=number, actor=current_principal().scope)
        return respond(answer)

    return blp


def _once(services: Services, work: Callable[[Session], CustomerRow]) -> StoredAnswer:
    def answered(session: Session) -> StoredAnswer:
        row = work(session)
        return StoredAnswer(200, shown(row), {"ETag": etag(row.version)}, f"customer/{row.id}")

    return once(services.database, answered)
