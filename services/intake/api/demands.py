"""POST and GET /api/v1/demands."""

from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from services.intake.api.services import Services
from services.intake.domain.records import ChannelRow
from services.intake.domain.report import Report
from services.intake.schemas.demand import (
    AcceptedSchema,
    AcceptQuerySchema,
    DemandAnswerSchema,
    DemandSchema,
)
from services.intake.store import backlog, channels, demands
from services.intake.usecases.accept_demand import Accepted, Raced, accept
from services.intake.usecases.allocate_numbers import Allocation, allocate, judge
from shared.clock import business_now, format_time
from shared.crashpoint import crashpoint
from shared.http.blueprint import Blueprint
from shared.http.body import strict_json
from shared.http.conditional import set_etag
from shared.http.idempotency import StoredAnswer, once, respond
from shared.http.principal import current_principal
from shared.http.problems import Problem, unavailable
from shared.logging import get_logger

log = get_logger()
_RACES = 3


def blueprint(services: Services) -> Blueprint:
    """The demands API over one set of services."""
    blp = Blueprint("demands", __name__, url_prefix="/api/v1", description="Demands as channels report them")

    @blp.route("/demands", methods=["POST"])
    @blp.arguments(AcceptQuerySchema, location="query")
    @blp.arguments(DemandSchema)
    @blp.response(201, AcceptedSchema)
    def create_demand(query: dict[str, Any], report: Report) -> Response:
        """Accept a demand. What is missing or vague is told in `quality`, and refused only with `strict`."""
        strict_json()  # a body is needed, though all its fields are optional
        answer = _create(services, report, strict=query["strict"])
        crashpoint("intake.after_commit_before_answer")
        return respond(answer)

    @blp.route("/demands/<string:key>", methods=["GET"])
    @blp.response(200, DemandAnswerSchema)
    def read_demand(key: str) -> Response:
        """A demand by number or id; a channel sees its own."""
        with services.database.read() as session:
            row = demands.find(session, key)
        caller = current_principal()
        if row is None or (caller.kind == "channel" and row["channel_id"] != caller.id):
            raise Problem(404, "not-found", "There is nothing here")
        return set_etag(respond(StoredAnswer(200, _shown(row))), row["version"])

    return blp


def _create(services: Services, report: Report, *, strict: bool) -> StoredAnswer:
    """Two transactions: the numbers, then everything else. Begins again when a twin was faster."""
    for _ in range(_RACES):
        given = _allocate(services, report, strict=strict)

        def work(session: Session, given: Allocation = given) -> StoredAnswer:
            return _stored(accept(session, given, rules=services.rules, vault=services.vault))

        try:
            answer = once(services.database, work)
        except Raced:
            continue
        log.info("demand_accepted", number=answer.body["number"], demand_id=answer.body["id"])
        return answer
    raise unavailable("customer-contended")


def _allocate(services: Services, report: Report, *, strict: bool) -> Allocation:
    now = business_now()
    with services.database.read() as session:
        channel = _channel(session)
        if backlog.unsent(session) >= services.max_unsent:
            log.warning("outbox_full", route="create_demand")
            raise unavailable("outbox-full")
    resolved, policy, quality = judge(report, channel, services.rules, now=now, strict=strict)
    with services.database.write() as session:
        return allocate(session, resolved, channel, policy, quality, vault=services.vault, now=now)


def _channel(session: Session) -> ChannelRow:
    caller = current_principal()
    found = channels.by_id(session, caller.id) if caller.kind == "channel" else None
    if found is None:
        raise Problem(403, "channel-missing", "Demands come in through a channel")
    return found


def _stored(accepted: Accepted) -> StoredAnswer:
    promised = accepted.first_response_by
    body = {
        "id": accepted.id,
        "number": accepted.number,
        "policy": {"code": accepted.policy, "version": accepted.policy_version},
        "received_at": format_time(accepted.received_at),
        "first_response_by": format_time(promised) if promised else None,
        "quality": {"vague": list(accepted.quality.vague), "missing": list(accepted.quality.missing)},
        "tracking_url": None,
    }
    headers = {"Location": f"/intake/api/v1/demands/{accepted.number}", "ETag": '"v1"'}
    return StoredAnswer(201, body, headers, f"demand/{accepted.id}")


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    promised = row["first_response_by"]
    return {
        "id": row["id"],
        "number": row["number"],
        "policy": {"code": row["policy"], "version": row["policy_version"]},
        "received_at": format_time(row["received_at"]),
        "first_response_by": format_time(promised) if promised else None,
        "quality": row["quality"],
        "tracking_url": None,
        "status": row["status"],
        "department": row["department"],
        "channel": row["channel"],
        "customer": {"number": row["customer_number"], "masked_name": row["masked_name"]},
        "subject": row["details"].get("subject"),
        "description": row["description"],
        "version": row["version"],
    }
