"""The log of communications about a demand: record, correct, read; word for word only for some, on the record."""

from collections.abc import Callable
from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from services.intake.api.cursors import after_moment
from services.intake.domain.communications import Communication, CommunicationRow
from services.intake.domain.records import DemandRow, KnownCustomer
from services.intake.schemas.communications import (
    CommunicationAnswerSchema,
    CommunicationSchema,
    CommunicationsSchema,
    ListQuerySchema,
    RecordedSchema,
    RecordQuerySchema,
)
from services.intake.store import communications, customers, demands
from services.intake.usecases.keep_customer import opened
from services.intake.usecases.record_communication import Recorded, Recorder, correct, record, verbatim
from services.intake.usecases.services import Services
from shared import context
from shared.clock import business_now, system_now
from shared.http.blueprint import Blueprint
from shared.http.body import strict_json
from shared.http.conditional import check_if_match, etag, set_etag
from shared.http.idempotency import StoredAnswer, once, respond
from shared.http.pagination import Page, link_next, requested_page
from shared.http.principal import current_principal
from shared.http.problems import Problem
from shared.logging import get_logger

log = get_logger()
_MAY_OPEN = frozenset({"lead", "manager", "auditor"})
Rows = list[CommunicationRow]


def blueprint(services: Services) -> Blueprint:
    """The communications API over one set of services."""
    blp = Blueprint("communications", __name__, url_prefix="/api/v1", description="What was said with customers")
    _writing(blp, services)
    _reading(blp, services)
    return blp


def _writing(blp: Blueprint, services: Services) -> None:
    @blp.route("/demands/<string:key>/communications", methods=["POST"])
    @blp.arguments(RecordQuerySchema, location="query")
    @blp.arguments(CommunicationSchema)
    @blp.response(201, RecordedSchema)
    def create_communication(query: dict[str, Any], said: Communication, key: str) -> Response:
        """Record a talk about a demand, now or later: it keeps its own time."""

        def work(session: Session) -> StoredAnswer:
            demand = _locked(session, key)
            return _answer(201, demand, record(session, demand, said, _recorder(services, query["strict"])))

        return _done(services, work, "communication_recorded")

    @blp.route("/demands/<string:key>/communications/<string:communication>", methods=["PUT"])
    @blp.arguments(RecordQuerySchema, location="query")
    @blp.arguments(CommunicationSchema)
    @blp.response(200, RecordedSchema)
    def correct_communication(query: dict[str, Any], said: Communication, key: str, communication: str) -> Response:
        """Correct a record as a whole: a new version stands, the former stay readable. Needs If-Match."""

        def work(session: Session) -> StoredAnswer:
            demand = _locked(session, key)
            before = _there(communications.find(session, demand.id, communication))
            check_if_match(before.version, required=True)
            recorder = _recorder(services, query["strict"])
            return _answer(200, demand, correct(session, demand, before, said, recorder))

        return _done(services, work, "communication_corrected")


def _reading(blp: Blueprint, services: Services) -> None:
    @blp.route("/demands/<string:key>/communications", methods=["GET"])
    @blp.arguments(ListQuerySchema, location="query")
    @blp.response(200, CommunicationsSchema)
    def list_communications(query: dict[str, Any], key: str) -> Response:
        """A demand's communications as they stand, in the order in which they were."""
        page = requested_page(str, str)

        def rows(session: Session, demand_id: str) -> Rows:
            return communications.page(session, demand_id, after=after_moment(page), limit=page.limit + 1)

        return _page(_read(services, key, query, rows), page, "occurred_at", "id")

    @blp.route("/demands/<string:key>/communications/<string:communication>", methods=["GET"])
    @blp.arguments(ListQuerySchema(only=["original"]), location="query")
    @blp.response(200, CommunicationAnswerSchema)
    def read_communication(query: dict[str, Any], key: str, communication: str) -> Response:
        """One communication as it stands."""

        def rows(session: Session, demand_id: str) -> Rows:
            return [_there(communications.find(session, demand_id, communication))]

        (found,) = _read(services, key, query, rows)
        return set_etag(respond(StoredAnswer(200, found)), found["version"])

    @blp.route("/demands/<string:key>/communications/<string:communication>/versions", methods=["GET"])
    @blp.arguments(ListQuerySchema, location="query")
    @blp.response(200, CommunicationsSchema)
    def list_communication_versions(query: dict[str, Any], key: str, communication: str) -> Response:
        """All versions of one communication, the first one first."""
        page = requested_page(int)

        def rows(session: Session, demand_id: str) -> Rows:
            _there(communications.find(session, demand_id, communication))
            after = page.after[0] if page.after else 0
            return communications.versions(session, demand_id, communication, after=after, limit=page.limit + 1)

        return _page(_read(services, key, query, rows), page, "version")


def _locked(session: Session, key: str) -> DemandRow:
    """The demand, locked; a channel reaches its own only."""
    demand, caller = demands.locked(session, key), current_principal()
    if demand is None or (caller.kind == "channel" and demand.channel_id != caller.id):
        raise Problem(404, "not-found", "There is nothing here")
    return demand


def _there(row: CommunicationRow | None) -> CommunicationRow:
    if row is None:
        raise Problem(404, "not-found", "There is nothing here")
    return row


def _recorder(services: Services, strict: bool | None) -> Recorder:
    caller = current_principal()
    wanted = caller.kind != "channel" if strict is None else strict
    return Recorder(caller.scope, wanted, services.rules, services.vault, business_now())


def _done(services: Services, work: Callable[[Session], StoredAnswer], event: str) -> Response:
    strict_json()  # a body is needed
    answer = once(services.database, work)
    log.info(event, number=answer.body["number"], version=answer.body["version"], actor=current_principal().scope)
    return respond(answer)


def _answer(status: int, demand: DemandRow, done: Recorded) -> StoredAnswer:
    body = {**done.row.shown(demand.number), "quality": done.quality.shown()}
    return StoredAnswer(status, body, {"ETag": etag(done.row.version)}, f"demand/{demand.id}")


def _read(
    services: Services, key: str, query: dict[str, Any], rows: Callable[[Session, str], Rows]
) -> list[dict[str, Any]]:
    """What a caller sees of some rows of a demand. Problem 404, 403."""
    if query["original"]:
        return _opened(services, key, rows)
    with services.database.read() as session:
        demand = _demand(session, key)
        return [row.shown(demand["number"]) for row in rows(session, demand["id"])]


def _page(items: list[dict[str, Any]], page: Page, *position: str) -> Response:
    """A page of items, of which one more than its limit was read; position: the fields that its cursor holds."""
    answer = respond(StoredAnswer(200, {"items": items[: page.limit]}))
    more = len(items) > page.limit
    return link_next(answer, [items[page.limit - 1][name] for name in position] if more else None)


def _opened(services: Services, key: str, rows: Callable[[Session, str], Rows]) -> list[dict[str, Any]]:
    """Word for word; who read it and when is kept in the same transaction."""
    caller = current_principal()
    if not caller.roles & _MAY_OPEN:
        raise Problem(403, "role-missing", "This role may not do that")
    with services.database.write() as session:
        demand = _demand(session, key)
        customer = _customer(services, session, demand["customer_number"])
        found = rows(session, demand["id"])
        customers.note_reading(
            session,
            number=customer.row.number,
            purpose="communications",
            reader=caller.scope,
            now=system_now(),
            request_id=context.current().request_id,
        )
    log.info("communications_opened", number=demand["number"], actor=caller.scope)
    return [{**row.shown(demand["number"]), "original": verbatim(customer, row)} for row in found]


def _customer(services: Services, session: Session, number: str) -> KnownCustomer:
    found = customers.by_number(session, number)
    assert found is not None  # customers are never deleted
    return opened(found, services.vault)


def _demand(session: Session, key: str) -> dict[str, Any]:
    found = demands.find(session, key)
    if found is None:
        raise Problem(404, "not-found", "There is nothing here")
    return found
