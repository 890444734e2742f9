"""Customers for staff: find, read, change, and what they reported before."""

from datetime import datetime
from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from services.intake import events
from services.intake.domain.contact import Contact, identities
from services.intake.domain.records import CustomerRow
from services.intake.schemas.customer import (
    ChangeSchema,
    CustomerAnswerSchema,
    FindSchema,
    FoundSchema,
    HistoryQuerySchema,
    HistorySchema,
)
from services.intake.store import customers, demands
from services.intake.usecases.change_customer import Change, change_customer
from services.intake.usecases.services import Services
from shared.clock import business_now, format_time, parse_time
from shared.http.blueprint import Blueprint
from shared.http.conditional import check_if_match, set_etag
from shared.http.idempotency import StoredAnswer, respond
from shared.http.pagination import Page, link_next, requested_page
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
        return respond(StoredAnswer(200, {"items": [_shown(found)] if found else []}))

    @blp.route("/customers/<string:number>", methods=["GET"])
    @blp.response(200, CustomerAnswerSchema)
    def read_customer(number: str) -> Response:
        """One customer."""
        with services.database.read() as session:
            found = _known(session, number)
        return set_etag(respond(StoredAnswer(200, _shown(found))), found.version)

    @blp.route("/customers/<string:number>", methods=["PATCH"])
    @blp.arguments(ChangeSchema)
    @blp.response(200, CustomerAnswerSchema)
    def change_customer_facts(body: dict[str, Any], number: str) -> Response:
        """Change some facts; needs If-Match."""
        contact = dict(body.pop("contact", None) or {})
        if "name" in body:
            contact["name"] = body.pop("name")
        with services.database.write() as session:
            row = customers.locked(session, _known(session, number).id)
            check_if_match(row.version, required=True)
            changed = change_customer(
                session,
                row,
                Change(body, contact),
                vault=services.vault,
                now=business_now(),
            )
        log.info("customer_changed", customer_number=number, actor=current_principal().scope)
        return set_etag(respond(StoredAnswer(200, _shown(changed))), changed.version)

    @blp.route("/customers/<string:number>/history", methods=["GET"])
    @blp.arguments(HistoryQuerySchema, location="query")
    @blp.response(200, HistorySchema)
    def list_customer_history(_query: dict[str, Any], number: str) -> Response:
        """What the customer reported, the newest first."""
        page = requested_page(str, str)
        with services.database.read() as session:
            found = _known(session, number)
            rows = demands.of_customer(session, found.id, after=_after(page), limit=page.limit + 1)
        shown = [{**row, "received_at": format_time(row["received_at"])} for row in rows[: page.limit]]
        last = shown[-1] if len(rows) > page.limit else None
        answer = respond(StoredAnswer(200, {"items": shown}))
        return link_next(answer, (last["received_at"], last["id"]) if last else None)

    return blp


def _known(session: Session, number: str) -> CustomerRow:
    found = customers.by_number(session, number)
    if found is None:
        raise Problem(404, "not-found", "There is nothing here")
    return found


def _shown(row: CustomerRow) -> dict[str, Any]:
    return {**events.customer_facts(row), "version": row.version}


def _after(page: Page) -> tuple[datetime, str] | None:
    if page.after is None:
        return None
    try:
        return parse_time(page.after[0]), page.after[1]
    except (ValueError, OverflowError):
        errors = [{"pointer": "/cursor", "code": "invalid", "message": "Not a cursor of this list"}]
        raise Problem(422, "query-invalid", "The query does not fit", errors=errors) from None
