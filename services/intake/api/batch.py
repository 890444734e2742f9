"""POST /api/v1/demands:batch: demands as lines of JSON, each accepted or refused for itself."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, request
from marshmallow import ValidationError
from sqlalchemy.orm import Session

from services.intake.api.accepting import channel_of_caller, check_backlog, stored
from services.intake.api.services import Services
from services.intake.domain.records import ChannelRow
from services.intake.domain.report import Report
from services.intake.domain.rules import Quality
from services.intake.schemas.batch import BatchAnswerSchema
from services.intake.schemas.demand import DemandSchema
from services.intake.usecases.accept_demand import Raced, accept
from services.intake.usecases.allocate_numbers import Allocation, allocate, judge
from shared.clock import business_now
from shared.http import idempotency
from shared.http.blueprint import Blueprint
from shared.http.body import BATCH_LIMIT, parse_json, takes
from shared.http.idempotency import StoredAnswer, request_key, respond
from shared.http.principal import current_principal
from shared.http.problems import Problem, problem_document, problem_of, unavailable
from shared.logging import get_logger
from shared.policies.model import Policy
from shared.refused import Refused

log = get_logger()
MOST_LINES = 5_000
CHUNK = 200
_RACES = 3
_MEDIA_TYPE = "application/x-ndjson"


@dataclass(frozen=True)
class Line:
    """One good line, judged. key: the batch's key and the line's number; body_hash: of the line's bytes."""

    number: int
    key: str
    body_hash: str
    report: Report
    policy: Policy
    quality: Quality


Results = dict[int, StoredAnswer | Problem]


def blueprint(services: Services) -> Blueprint:
    """The batch API over one set of services."""
    blp = Blueprint("batch", __name__, url_prefix="/api/v1", description="Many demands at once")

    @blp.route("/demands:batch", methods=["POST"])
    @blp.response(200, BatchAnswerSchema)
    @takes(_MEDIA_TYPE, limit=BATCH_LIMIT)
    def create_demands() -> Response:
        """Accept up to 5,000 demands, one JSON object per line. Repeating the same batch changes nothing."""
        if request.mimetype != _MEDIA_TYPE:
            raise Problem(415, "media-type-unsupported", f"This address takes {_MEDIA_TYPE}")
        results = _accept_all(services, request.get_data(cache=True))
        shown = [_shown(number, results[number]) for number in sorted(results)]
        accepted = sum(row["status"] == 201 for row in shown)
        log.info("batch_accepted", rows=len(shown), count=accepted)
        return respond(StoredAnswer(200, {"accepted": accepted, "refused": len(shown) - accepted, "results": shown}))

    return blp


def _accept_all(services: Services, body: bytes) -> Results:
    raw = [(number, line) for number, line in enumerate(body.split(b"\n"), start=1) if line.strip()]
    if len(raw) > MOST_LINES:
        raise Problem(413, "batch-too-long", f"At most {MOST_LINES} lines")
    # Without a key the content is the key: the same file sent twice is the same batch.
    key = request_key() or hashlib.sha256(body).hexdigest()
    with services.database.read() as session:
        channel = channel_of_caller(session)
        check_backlog(services, session)
    results: Results = {}
    good: list[Line] = []
    for number, line in raw:
        try:
            good.append(_read(services, channel, key, number, line))
        except (Problem, Refused, ValidationError) as error:
            results[number] = problem_of(error)
    for start in range(0, len(good), CHUNK):
        _write(services, channel, good[start : start + CHUNK], results)
    return results


def _read(services: Services, channel: ChannelRow, key: str, number: int, line: bytes) -> Line:
    report = DemandSchema().load(parse_json(line))
    resolved, policy, quality = judge(report, channel, services.rules, now=business_now(), strict=False)
    return Line(number, f"batch:{key}:{number}", hashlib.sha256(line).hexdigest(), resolved, policy, quality)


def _write(services: Services, channel: ChannelRow, lines: Sequence[Line], results: Results) -> None:
    """One transaction for the numbers of a chunk, one for its demands; a line that raced begins again by itself."""
    scope = current_principal().scope
    with services.database.read() as session:
        before = idempotency.known(session, scope, [line.key for line in lines])
    fresh = [line for line in lines if line.key not in before]
    for line in lines:
        if line.key in before:
            results[line.number] = _repeated(line, *before[line.key])
    given = _allocated(services, channel, fresh)
    with services.database.write() as session:
        raced = [pair for pair in given if not _take(services, session, scope, *pair, results)]
    for line, _ in raced:
        _again(services, channel, scope, line, results)


def _allocated(services: Services, channel: ChannelRow, lines: Iterable[Line]) -> list[tuple[Line, Allocation]]:
    now = business_now()
    with services.database.write() as session:
        return [
            (line, allocate(session, line.report, channel, line.policy, line.quality, vault=services.vault, now=now))
            for line in lines
        ]


def _take(services: Services, session: Session, scope: str, line: Line, given: Allocation, results: Results) -> bool:
    """Accept one line in a savepoint; False when a twin linked the same customer meanwhile."""
    try:
        with session.begin_nested():
            known = idempotency.begin(session, scope, line.key, line.body_hash)
            answer = known or stored(accept(session, given, rules=services.rules, vault=services.vault))
            if known is None:
                idempotency.finish(session, scope, line.key, answer)
    except Raced:
        return False
    except (Problem, Refused) as error:
        results[line.number] = problem_of(error)
        return True
    results[line.number] = answer
    return True


def _again(services: Services, channel: ChannelRow, scope: str, line: Line, results: Results) -> None:
    for _ in range(_RACES):
        ((_, given),) = _allocated(services, channel, [line])
        with services.database.write() as session:
            if _take(services, session, scope, line, given, results):
                return
    results[line.number] = unavailable("customer-contended")


def _repeated(line: Line, body_hash: str, answer: StoredAnswer) -> StoredAnswer | Problem:
    if body_hash == line.body_hash:
        return answer
    return Problem(422, "idempotency-key-reused", "This Idempotency-Key belongs to another batch")


def _shown(number: int, result: StoredAnswer | Problem) -> dict[str, Any]:
    if isinstance(result, Problem):
        return {"line": number, "status": result.status, "problem": problem_document(result)}
    return {"line": number, "status": result.status, "demand": result.body}
