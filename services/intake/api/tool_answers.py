"""POST /api/v1/answers: the answers of a form tool, from the file that it exports."""

import hashlib
from typing import Any

from flask import Response, request
from sqlalchemy.orm import Session

from services.intake.api.answer_sheets import bring_in, prepare, rehearse
from services.intake.gateways.answer_files import MOST_BYTES, rows
from services.intake.schemas.answer_sheets import AnswersImportedSchema, AnswersQuerySchema
from services.intake.usecases.services import Services
from shared.clock import business_now
from shared.http import idempotency
from shared.http.blueprint import Blueprint
from shared.http.body import takes
from shared.http.idempotency import Claim, StoredAnswer, request_key, respond
from shared.http.principal import current_principal
from shared.http.problems import Problem
from shared.logging import get_logger
from shared.refused import wrong

log = get_logger()
_MULTIPART = "multipart/form-data"
_ENVELOPE = 64 * 1024
"""What a multipart body may be larger than the file in it."""
_PART = {"type": "object", "required": ["file"], "properties": {"file": {"type": "string", "format": "binary"}}}
_FILE = {"required": True, "content": {_MULTIPART: {"schema": _PART}}}


def blueprint(services: Services) -> Blueprint:
    """The import of answers over one set of services."""
    blp = Blueprint("tool_answers", __name__, url_prefix="/api/v1", description="Answers of form tools")

    @blp.route("/answers", methods=["POST"])
    @blp.arguments(AnswersQuerySchema, location="query")
    @blp.response(201, AnswersImportedSchema)
    @blp.doc(requestBody=_FILE)
    @takes(_MULTIPART, limit=MOST_BYTES + _ENVELOPE)
    def create_answers(query: dict[str, Any]) -> Response:
        """Take in up to 5,000 answers of a CSV or .xlsx file (part `file`), each for itself; again they are known."""
        if request.mimetype != _MULTIPART:
            raise Problem(415, "media-type-unsupported", f"This address takes {_MULTIPART}")
        sent = request.files.get("file")
        if sent is None:
            raise wrong("/file", "required", "A part of this name holds the file")
        return respond(_imported(services, query, sent.stream.read(MOST_BYTES + 1)))

    return blp


def _imported(services: Services, query: dict[str, Any], raw: bytes) -> StoredAnswer:
    caller = current_principal().scope
    prepared = prepare(services, rows(raw), query["channel"], query["form"], business_now())
    if query["dry_run"]:
        return StoredAnswer(200, prepared.shown(rehearse(services, prepared)))
    asked = hashlib.sha256(f"{query['channel']}\n{query['form']}\n".encode() + raw).hexdigest()
    claim = Claim(caller, request_key() or "", asked)
    before = _before(services, claim)
    if before is not None:
        return before
    # A repeat finds its rows known, whether or not the first try came as far as keeping its answer.
    outcomes = bring_in(services, prepared)

    def work(session: Session) -> StoredAnswer:
        return StoredAnswer(201, prepared.shown(outcomes))

    with services.database.write() as session:
        answer = idempotency.under(session, [claim] if claim.key else [], work)
    accepted = answer.body["accepted"]
    log.info("answers_imported", channel=prepared.channel.code, rows=len(outcomes), count=accepted, actor=caller)
    return answer


def _before(services: Services, claim: Claim) -> StoredAnswer | None:
    """The answer that this request's key has already; Problem 422 for another file, before any of it is written."""
    if not claim.key:
        return None
    with services.database.read() as session:
        found = idempotency.known(session, claim.scope, [claim.key]).get(claim.key)
    if found is not None and found[0] != claim.body_hash:
        raise Problem(422, "idempotency-key-reused", "This Idempotency-Key belongs to another request")
    return found[1] if found else None
