"""Customers for staff: find, list, read, change."""

from typing import Any

from flask import Response, request
from sqlalchemy.orm import Session

from services.intake import events
from services.intake.domain.customer_records import Wanted
from services.intake.domain.records import ConsentRow, CustomerRow
from services.intake.schemas.customer import (
    ChangeSchema,
    CustomerAnswerSchema,
    CustomerReadSchema,
    FindSchema,
    FoundSchema,
    ListQuerySchema,
    ListSchema,
)
from services.intake.store import consents, customer_lists, customers
from services.intake.usecases.change_customer import Change, change_customer
from services.intake.usecases.find_customers import Found, duplicates, find
from services.intake.usecases.services import Services
from shared.clock import business_now, format_time
from shared.http.blueprint import Blueprint
from shared.http.conditional import check_if_match, set_etag
from shared.http.idempotency import StoredAnswer, respond
from shared.http.pagination import link_next, requested_page
from shared.http.principal import current_principal
from shared.http.problems import Problem
from shared.logging import get_logger

log = get_logger()
_FILTERS = ("kind", "industry", "tier", "source")


def blueprint(services: Services) -> Blueprint:
    """The customers API over one set of services."""
    blp = Blueprint("customers", __name__, url_prefix="/api/v1", description="Customers, without names and contacts")

    @blp.route("/customers:find", methods=["POST"])
    @blp.arguments(FindSchema)
    @blp.response(200, FoundSchema)
    def find_customer(wanted: Wanted) -> Response:
        """Whose phone, mail address or number this is; who may be meant by an order or a name."""
        with services.database.read() as session:
            return _found(find(session, wanted, services.vault))

    @blp.route("/customers", methods=["GET"])
    @blp.arguments(ListQuerySchema, location="query")
    @blp.response(200, ListSchema)
    def list_customers(_query: dict[str, Any]) -> Response:
        """All customers that were not merged, the newest first."""
        page = requested_page(str)
        wanted = {name: request.args[name] for name in _FILTERS if name in request.args}
        before = page.after[0] if page.after else None
        with services.database.read() as session:
            rows = customer_lists.page(session, wanted, before=before, limit=page.limit + 1)
        last = rows[page.limit - 1] if len(rows) > page.limit else None
        answer = respond(StoredAnswer(200, {"items": [shown(row) for row in rows[: page.limit]]}))
        return link_next(answer, (last.id,) if last else None)

    @blp.route("/customers/<string:number>", methods=["GET"])
    @blp.response(200, CustomerReadSchema)
    def read_customer(number: str) -> Response:
        """One customer, with what they agreed to."""
        with services.database.read() as session:
            found = known(session, number)
            agreed = consents.of_customer(session, found.id)
        body = {**shown(found), "consents": [shown_consent(one) for one in agreed]}
        return set_etag(respond(StoredAnswer(200, body)), found.version)

    @blp.route("/customers/<string:number>/duplicates", methods=["GET"])
    @blp.response(200, FoundSchema)
    def list_customer_duplicates(number: str) -> Response:
        """Who may be the same customer, with reasons. Suggestions: people merge, nothing else does."""
        with services.database.read() as session:
            return _found(duplicates(session, known(session, number), services.vault))

    @blp.route("/customers/<string:number>", methods=["PATCH"])
    @blp.arguments(ChangeSchema)
    @blp.response(200, CustomerAnswerSchema)
    def change_customer_facts(body: dict[str, Any], number: str) -> Response:
        """Change some facts; needs If-Match."""
        with services.database.write() as session:
            row = customers.locked(session, known(session, number).id)
            check_if_match(row.version, required=True)
            changed = change_customer(session, row, _change(body), vault=services.vault, now=business_now())
        log.info("customer_changed", customer_number=number, actor=current_principal().scope)
        return set_etag(respond(StoredAnswer(200, shown(changed))), changed.version)

    return blp


def _change(body: dict[str, Any]) -> Change:
    contact = dict(body.pop("contact", None) or {})
    if "name" in body:
        contact["name"] = body.pop("name")
    return Change(verified=body.pop("verified", None), facts=body, contact=contact, by=current_principal().scope)


def _found(found: list[Found]) -> Response:
    items = [{**shown(one.row), "match": one.match, "reasons": list(one.reasons)} for one in found]
    return respond(StoredAnswer(200, {"items": items}))


def shown_consent(row: ConsentRow) -> dict[str, Any]:
    """What a customer agreed to."""
    policy = {"code": row.policy, "version": row.policy_version}
    withdrawn = format_time(row.withdrawn_at) if row.withdrawn_at else None
    return {
        "purpose": row.purpose,
        "policy": policy,
        "at": format_time(row.at),
        "channel": row.channel,
        "withdrawn_at": withdrawn,
    }


def known(session: Session, number: str) -> CustomerRow:
    """The customer with this number, merged or not; Problem 404."""
    found = customers.by_number(session, number)
    if found is None:
        raise Problem(404, "not-found", "There is nothing here")
    return found


def shown(row: CustomerRow) -> dict[str, Any]:
    """A customer without name and contact."""
    checked = format_time(row.verified_at) if row.verified_at else None
    return {
        **events.customer_facts(row),
        "verified_at": checked,
        "verified_by": row.verified_by,
        "version": row.version,
    }
