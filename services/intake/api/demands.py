"""POST and GET /api/v1/demands."""

from collections.abc import Sequence
from typing import Any

from flask import Response

from services.intake.domain.records import ChangeRow
from services.intake.domain.report import Report
from services.intake.schemas.demand import (
    AcceptedSchema,
    AcceptQuerySchema,
    DemandAnswerSchema,
    DemandSchema,
)
from services.intake.store import changes, demands
from services.intake.usecases.services import Services
from services.intake.usecases.take_report import channel_of_caller, channel_of_desk, create
from shared.clock import format_time
from shared.crashpoint import crashpoint
from shared.http.blueprint import Blueprint
from shared.http.body import strict_json
from shared.http.conditional import set_etag
from shared.http.idempotency import StoredAnswer, respond
from shared.http.principal import current_principal
from shared.http.problems import Problem
from shared.refused import Refused

_HANDLED = frozenset({"completed", "closed"})


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
        caller = current_principal()
        by_channel = caller.kind == "channel"
        if by_channel and query["channel"]:
            raise Refused("channel-given", "The key says by which channel it came", 422)
        answer = create(
            services,
            report,
            strict=query["strict"],
            channel_of=channel_of_caller if by_channel else channel_of_desk(query["channel"]),
            taken_by=None if by_channel else caller.scope,
        )
        crashpoint("intake.after_commit_before_answer")
        return respond(answer)

    @blp.route("/demands/<string:key>", methods=["GET"])
    @blp.response(200, DemandAnswerSchema)
    def read_demand(key: str) -> Response:
        """A demand by number or id; a channel sees its own."""
        with services.database.read() as session:
            row = demands.find(session, key)
            asked = changes.of_demand(session, row["id"]) if row is not None else []
        caller = current_principal()
        if row is None or (caller.kind == "channel" and row["channel_id"] != caller.id):
            raise Problem(404, "not-found", "There is nothing here")
        return set_etag(respond(StoredAnswer(200, _shown(services, row, asked))), row["version"])

    return blp


def _shown(services: Services, row: dict[str, Any], asked: Sequence[ChangeRow]) -> dict[str, Any]:
    promised = row["first_response_by"]
    return {
        "id": row["id"],
        "number": row["number"],
        "policy": {"code": row["policy"], "version": row["policy_version"]},
        "received_at": format_time(row["received_at"]),
        "first_response_by": format_time(promised) if promised else None,
        "quality": row["quality"],
        "tracking_url": services.tracking_url(row["id"], row["received_at"]),
        "status": row["status"],
        "resolution": row["resolution"],
        "merged_into": row["merged_into"],
        "cycle": row["cycle"],
        "asked_for": row["waiting_for"] if row["status"] not in _HANDLED else None,
        "result": row["result"] if row["status"] in _HANDLED else None,
        "result_sha256": row["result_sha256"] if row["status"] in _HANDLED else None,
        "changes": [_change(one) for one in asked],
        "locked_at": format_time(row["locked_at"]) if row["locked_at"] else None,
        "withdrawn_at": format_time(row["withdrawn_at"]) if row["withdrawn_at"] else None,
        "ticket_number": row["details"].get("ticket_number"),
        "department": row["department"],
        "channel": row["channel"],
        "customer": {"number": row["customer_number"], "masked_name": row["masked_name"]},
        "subject": row["details"].get("subject"),
        "description": row["description"],
        "version": row["version"],
    }


def _change(row: ChangeRow) -> dict[str, Any]:
    asked = {name: value for name, value in row.asked.items() if name != "approved_by"}
    return {"id": row.id, "number": row.number, "state": row.state, **asked, "agreed": row.agreed}
