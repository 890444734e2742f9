"""POST and GET /api/v1/imports: rows of the past, each taken in or refused for itself."""

from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from services.intake.api.importing import bring_in, prepare, shown
from services.intake.schemas.imports import ImportAnswerSchema, ImportQuerySchema, ImportSchema
from services.intake.store import imports
from services.intake.usecases.services import Services
from services.intake.usecases.take_report import check_backlog
from shared.clock import business_now
from shared.http.blueprint import Blueprint
from shared.http.body import BATCH_LIMIT, takes
from shared.http.idempotency import StoredAnswer, body_hash, known, once, request_key, respond
from shared.http.principal import current_principal
from shared.http.problems import Problem
from shared.logging import get_logger

log = get_logger()


def blueprint(services: Services) -> Blueprint:
    """The imports API over one set of services."""
    blp = Blueprint("imports", __name__, url_prefix="/api/v1", description="Rows of the past")

    @blp.route("/imports", methods=["POST"])
    @blp.arguments(ImportQuerySchema, location="query")
    @blp.arguments(ImportSchema)
    @blp.response(201, ImportAnswerSchema)
    @takes(limit=BATCH_LIMIT)
    def create_import(query: dict[str, Any], body: dict[str, Any]) -> Response:
        """Take in up to 1,000 rows with their own dates, limits and statuses. The same row again is `known`."""
        return respond(_import(services, body, dry_run=query["dry_run"]))

    @blp.route("/imports/<string:key>", methods=["GET"])
    @blp.response(200, ImportAnswerSchema)
    def read_import(key: str) -> Response:
        """An import with the outcome of every row."""
        with services.database.read() as session:
            job = imports.find(session, key)
        if job is None:
            raise Problem(404, "not-found", "There is nothing here")
        return respond(StoredAnswer(200, shown(job)))

    return blp


def _import(services: Services, body: dict[str, Any], *, dry_run: bool) -> StoredAnswer:
    caller = current_principal().scope
    with services.database.read() as session:
        check_backlog(services, session)
        before = None if dry_run else _answered(session, caller)
    if before is not None:
        return before
    prepared = prepare(services, body, business_now())
    if dry_run:
        return StoredAnswer(200, shown(prepared.job(prepared.rehearsed(), caller), kept=False))
    # A repeat finds its rows known, whether or not the first try came as far as keeping its answer.
    job = prepared.job(bring_in(services, prepared), caller)

    def work(session: Session) -> StoredAnswer:
        imports.add(session, job)
        return StoredAnswer(201, shown(job), {"Location": f"/intake/api/v1/imports/{job.id}"}, f"import/{job.id}")

    answer = once(services.database, work)
    log.info("rows_imported", policy=job.policy, rows=len(job.rows), count=job.count("accepted"), actor=caller)
    return answer


def _answered(session: Session, scope: str) -> StoredAnswer | None:
    """The answer that this request's key has already; Problem 422 for another body, before any of it is written."""
    key = request_key()
    found = {} if key is None else known(session, scope, [key])
    if not found:
        return None
    ((digest, answer),) = found.values()
    if digest != body_hash():
        raise Problem(422, "idempotency-key-reused", "This Idempotency-Key belongs to another request")
    return answer
