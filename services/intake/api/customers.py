"""Customers for staff: find, read, change."""

from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from services.intake import events
from services.intake.domain.contact import Contact, identities
from services.intake.domain.records import ConsentRow, CustomerRow
from services.intake.schemas.customer import (
    ChangeSchema,
    CustomerAnswerSchema,
    CustomerReadSchema,
    FindSchema,
    FoundSchema,
)
from services.intake.store import consents, customers
from services.intake.usecases.change_customer import Change, change_customer
from services.intake.usecases.services import Services
from shared.clock import business_now, format_time
from shared.http.blueprint import Blueprint
from shared.http.conditional import check_if_match, set_etag
from shared.http.idempotency import StoredAnswer, respond
from shared.http.principal import current_principal
from shared.http.problems import Problem
from shared.logging import get_logger

log = get_logger()


def blueprint(services: Services) -> Blueprint:
    """The customers API over one set of services."""
    blp = Blueprint("customers", __name__, url_prefix="/api/v1", description="Customers, without names and contacts")

    @blp.route("/customers:find", methods=["POST"])
    @blp.arguments(FindSchema)
    @blp.response(200, FoundSchema)
    def find_customer(wanted: dict[str, Any]) -> Response:
        """Whose phone or mail address this is."""
        hashes = identities(Contact(phone=wanted.get("phone"), email=wanted.get("email")), services.vault.identity_key)
        with services.database.read() as session:
            found = customers.linked(session, hashes)
        return respond(StoredAnswer(200, {"items": [shown(found)] if found else []}))

    @blp.route("/customers/<string:number>", methods=["GET"])
    @blp.response(200, CustomerReadSchema)
    def read_customer(number: str) -> Response:
        """One customer, with what they agreed to."""
        with services.database.read() as session:
            found = known(session, number)
            agreed = consents.of_customer(session, found.id)
        body = {**shown(found), "consents": [_consent(one) for one in agreed]}
        return set_etag(respond(StoredAnswer(200, body)), found.version)

    @blp.route("/customers/<string:number>", methods=["PATCH"])
    @blp.arguments(ChangeSchema)
    @blp.response(200, CustomerAnswerSchema)
    def change_customer_facts(body: dict[str, Any], number: str) -> Response:
        """Change some facts; needs If-Match."""
        contact = dict(body.pop("contact", None) or {})
        if "name" in body:
            contact["name"] = body.pop("name")
        with services.database.write() as session:
            row = customers.locked(session, known(session, number).id)
            check_if_match(row.version, required=True)
            changed = change_customer(
                session,
                row,
                Change(body, contact),
                vault=services.vault,
                now=business_now(),
            )
        log.info("customer_changed", customer_number=number, actor=current_principal().scope)
        return set_etag(respond(StoredAnswer(200, shown(changed))), changed.version)

    return blp


def _consent(row: ConsentRow) -> dict[str, Any]:
    policy = {"code": row.policy, "version": row.policy_version}
    return {"purpose": row.purpose, "policy": policy, "at": format_time(row.at), "channel": row.channel}


def known(session: Session, number: str) -> CustomerRow:
    """The customer with this number; Problem 404."""
    found = customers.by_number(session, number)
    if found is None:
        raise Problem(404, "not-found", "There is nothing here")
    return found


def shown(row: CustomerRow) -> dict[str, Any]:
    """A customer without name and contact."""
    return {**events.customer_facts(row), "version": row.version}
