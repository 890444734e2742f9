"""POST /api/v1/demands:batch: demands as lines of JSON, each accepted or refused for itself."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, request
from marshmallow import ValidationError
from sqlalchemy.orm import Session

from services.intake.domain.records import ChannelRow
from services.intake.domain.report import Report
from services.intake.schemas.batch import BatchAnswerSchema
from services.intake.schemas.demand import DemandSchema
from services.intake.usecases.accept_demand import accept
from services.intake.usecases.allocate_numbers import Allocation, allocate
from services.intake.usecases.judge_report import judge
from services.intake.usecases.keep_customer import Raced
from services.intake.usecases.services import Services
from services.intake.usecases.take_report import channel_of_caller, check_backlog, claims, stored
from shared.clock import business_now
from shared.http import idempotency
from shared.http.blueprint import Blueprint
from shared.http.body import BATCH_LIMIT, parse_json, takes
from shared.http.idempotency import Claim, StoredAnswer, content_hash, request_key, respond
from shared.http.principal import current_principal
from shared.http.problems import Problem, problem_document, problem_of, unavailable
from shared.logging import get_logger
from shared.refused import Refused

log = get_logger()
MOST_LINES = 5_000
CHUNK = 200
_RACES = 3
_MEDIA_TYPE = "application/x-ndjson"


@dataclass(frozen=True)
class Line:
    """One readable line. key: the batch's key and the line's number; body_hash: of its bytes; content: of its JSON."""

    number: int
    key: str
    body_hash: str
    content: str
    report: Report


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
            good.append(_read(key, number, line))
        except (Problem, Refused, ValidationError) as error:
            results[number] = problem_of(error)
    for start in range(0, len(good), CHUNK):
        _write(services, channel, good[start : start + CHUNK], results)
    return results


def _read(key: str, number: int, line: bytes) -> Line:
    body = parse_json(line)
    report = DemandSchema().load(body)
    return Line(number, f"batch:{key}:{number}", hashlib.sha256(line).hexdigest(), content_hash(body), report)


def _write(services: Services, channel: ChannelRow, lines: Sequence[Line], results: Results) -> None:
    """One transaction for the numbers of a chunk, one for its demands; a line that raced begins again by itself."""
    with services.database.read() as session:
        before = idempotency.known(session, current_principal().scope, [line.key for line in lines])
    for line in lines:
        if line.key in before:
            results[line.number] = _repeated(line, *before[line.key])
    given = _allocated(services, channel, [line for line in lines if line.key not in before], results)
    with services.database.write() as session:
        raced = [pair for pair in given if not _take(services, session, *pair, results)]
    for line, _ in raced:
        _again(services, channel, line, results)


def _allocated(
    services: Services, channel: ChannelRow, lines: Iterable[Line], results: Results
) -> list[tuple[Line, Allocation]]:
    """The lines that their policies take, judged, with their numbers; what is refused becomes a result."""
    now, judged = business_now(), []
    with services.database.read() as session:
        for line in lines:
            try:
                seen = judge(
                    session, line.report, channel, services.rules, vault=services.vault, now=now, strict=False
                )  # fmt: skip
            except Refused as error:
                results[line.number] = problem_of(error)
            else:
                judged.append((line, seen))
    with services.database.write() as session:
        return [(line, allocate(session, seen, now=now)) for line, seen in judged]


def _take(services: Services, session: Session, line: Line, given: Allocation, results: Results) -> bool:
    """Accept one line in a savepoint; False when a twin linked the same customer meanwhile."""

    def work(session: Session) -> StoredAnswer:
        return stored(services, accept(session, given, installed=services.rules, vault=services.vault))

    own = Claim(current_principal().scope, line.key, line.body_hash)
    try:
        with session.begin_nested():
            names = claims(services, given.judged, line.content)
            results[line.number] = idempotency.under(session, [own, *names], work)
    except Raced:
        return False
    except (Problem, Refused) as error:
        results[line.number] = problem_of(error)
    return True


def _again(services: Services, channel: ChannelRow, line: Line, results: Results) -> None:
    for _ in range(_RACES):
        for _, given in _allocated(services, channel, [line], results):
            with services.database.write() as session:
                if _take(services, session, line, given, results):
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
