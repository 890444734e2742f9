"""What customers say after a demand came in: supplements, an answer to the result, taking it back."""

from collections.abc import Callable
from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from services.intake.domain.records import DemandRow
from services.intake.domain.report import Report
from services.intake.domain.satisfaction import Answer
from services.intake.schemas.answers import (
    ConfirmationSchema,
    ConfirmedSchema,
    SupplementedSchema,
    SupplementSchema,
    WithdrawalSchema,
    WithdrawnSchema,
)
from services.intake.store import demands
from services.intake.usecases.confirm_demand import confirm
from services.intake.usecases.redirect import meant
from services.intake.usecases.services import Services
from services.intake.usecases.supplement_demand import supplement
from services.intake.usecases.withdraw_demand import withdraw
from shared.clock import business_now, format_time
from shared.http.blueprint import Blueprint
from shared.http.body import strict_json
from shared.http.conditional import check_if_match, etag
from shared.http.idempotency import StoredAnswer, once, respond
from shared.http.principal import current_principal
from shared.http.problems import Problem
from shared.logging import get_logger

log = get_logger()

Work = Callable[[Session, DemandRow], StoredAnswer]


def blueprint(services: Services) -> Blueprint:
    """The customers' later words over one set of services."""
    blp = Blueprint("answers", __name__, url_prefix="/api/v1", description="What customers say afterwards")

    @blp.route("/demands/<string:key>/supplements", methods=["POST"])
    @blp.arguments(SupplementSchema)
    @blp.response(201, SupplementedSchema)
    def create_supplement(report: Report, key: str) -> Response:
        """Add what was missing; the answer says what still is."""

        def work(session: Session, demand: DemandRow) -> StoredAnswer:
            by, now, speaker = current_principal().scope, business_now(), demand.customer_id
            demand = meant(session, demand)
            done = supplement(
                session, demand, report, by=by, speaker=speaker, installed=services.rules, vault=services.vault, now=now
            )
            shown = {"id": done.id, "seq": done.seq, "quality": done.quality.shown(), "status": done.status}
            return answered(201, demand, shown, version=done.version)

        return on_demand(services, key, work, "demand_supplemented")

    @blp.route("/demands/<string:key>/confirmation", methods=["POST"])
    @blp.arguments(ConfirmationSchema)
    @blp.response(201, ConfirmedSchema)
    def confirm_demand(answer: Answer, key: str) -> Response:
        """Say whether the result satisfies, once in each cycle."""

        def work(session: Session, demand: DemandRow) -> StoredAnswer:
            by, now, speaker = current_principal().scope, business_now(), demand.customer_id
            demand = meant(session, demand)
            done = confirm(
                session, demand, answer, by=by, speaker=speaker, installed=services.rules, vault=services.vault, now=now
            )
            return answered(201, demand, done.shown())

        return on_demand(services, key, work, "demand_answered")

    @blp.route("/demands/<string:key>/withdraw", methods=["POST"])
    @blp.arguments(WithdrawalSchema)
    @blp.response(200, WithdrawnSchema)
    def withdraw_demand(body: dict[str, Any], key: str) -> Response:
        """Take a demand back."""

        def work(session: Session, demand: DemandRow) -> StoredAnswer:
            now = business_now()
            withdraw(session, demand, body.get("reason"), installed=services.rules, vault=services.vault, now=now)
            return answered(200, demand, {"withdrawn_at": format_time(now)})

        return on_demand(services, key, work, "demand_withdrawn")

    return blp


def on_demand(services: Services, key: str, work: Work, event: str) -> Response:
    """Do it once, in one transaction with the demand's row locked; a channel reaches its own demands only."""
    strict_json()  # a body is needed, though all its fields may be optional

    def locked(session: Session) -> StoredAnswer:
        demand, caller = demands.locked(session, key), current_principal()
        if demand is None or (caller.kind == "channel" and demand.channel_id != caller.id):
            raise Problem(404, "not-found", "There is nothing here")
        check_if_match(demand.version, required=False)
        return work(session, demand)

    answer = once(services.database, locked)
    log.info(event, number=answer.body["number"], actor=current_principal().scope)
    return respond(answer)


def answered(status: int, demand: DemandRow, shown: dict[str, Any], *, version: int | None = None) -> StoredAnswer:
    """The answer to what was said about a demand: its number, shown, and its new version, the next unless given."""
    version = version or demand.version + 1
    body = {"number": demand.number, **shown, "version": version}
    return StoredAnswer(status, body, {"ETag": etag(version)}, f"demand/{demand.id}")
