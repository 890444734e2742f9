"""The numbers that others know a customer by."""

from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from services.intake.api.customers import known
from services.intake.domain.customer_numbers import NumberKey
from services.intake.domain.records import CustomerRow
from services.intake.schemas.customer_records import NumberSchema, NumbersSchema
from services.intake.store import customer_numbers, customers
from services.intake.usecases.note_numbers import forget, note
from services.intake.usecases.services import Services
from shared.clock import business_now, format_time
from shared.http.blueprint import Blueprint
from shared.http.idempotency import StoredAnswer, once, respond
from shared.http.principal import current_principal
from shared.logging import get_logger
from shared.refused import Refused

log = get_logger()


def blueprint(services: Services) -> Blueprint:
    """The numbers API over one set of services."""
    blp = Blueprint("customer_numbers", __name__, url_prefix="/api/v1", description="A customer's other numbers")

    @blp.route("/customers/<string:number>/numbers", methods=["GET"])
    @blp.response(200, NumbersSchema)
    def list_customer_numbers(number: str) -> Response:
        """All of them, and those of customers merged into this one."""
        with services.database.read() as session:
            return respond(StoredAnswer(200, _shown(session, known(session, number))))

    @blp.route("/customers/<string:number>/numbers", methods=["POST"])
    @blp.arguments(NumberSchema)
    @blp.response(201, NumbersSchema)
    def add_customer_number(key: NumberKey, number: str) -> Response:
        """Note a number; 200 when it was noted before."""

        def work(session: Session) -> StoredAnswer:
            row = customers.locked(session, known(session, number).id)
            if row.merged_into is not None:
                raise Refused("customer-merged", "Another customer goes on for this one: change that one")
            new = note(session, row.id, [key], by=current_principal().scope, now=business_now())
            return StoredAnswer(201 if new else 200, _shown(session, row), {}, f"customer/{row.id}")

        answer = once(services.database, work)
        log.info("customer_number_added", customer_number=number, kind=key.kind, actor=current_principal().scope)
        return respond(answer)

    @blp.route("/customers/<string:number>/numbers", methods=["DELETE"])
    @blp.arguments(NumberSchema, location="query")
    @blp.response(200, NumbersSchema)
    def remove_customer_number(key: NumberKey, number: str) -> Response:
        """Forget ?kind=&system=&number=; the answer has those that are left."""
        with services.database.write() as session:
            row = customers.locked(session, known(session, number).id)
            forget(session, row.id, key)
            left = _shown(session, row)
        log.info("customer_number_removed", customer_number=number, kind=key.kind, actor=current_principal().scope)
        return respond(StoredAnswer(200, left))

    return blp


def _shown(session: Session, row: CustomerRow) -> dict[str, Any]:
    rows = customer_numbers.of_family(session, row.id)
    names = ("kind", "system", "number", "by")
    return {"items": [{**{name: getattr(one, name) for name in names}, "at": format_time(one.at)} for one in rows]}
