"""GET /api/v1/demands, the work list, and what a department answers."""

from collections.abc import Sequence
from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from services.triage import events
from services.triage.api.services import Services
from services.triage.domain.records import CaseRow
from services.triage.schemas.demand import (
    ActionAnswerSchema,
    ActionSchema,
    CaseAnswerSchema,
    CaseListSchema,
    ListQuerySchema,
)
from services.triage.store import cases, deadlines, timeline
from services.triage.usecases import answer_work
from shared.clock import business_now, format_time
from shared.http.blueprint import Blueprint
from shared.http.conditional import check_if_match, etag, set_etag
from shared.http.idempotency import StoredAnswer, once, respond
from shared.http.pagination import link_next, requested_page
from shared.http.principal import current_principal
from shared.http.problems import Problem
from shared.logging import get_logger
from shared.policies.model import Policy

log = get_logger()
_COLUMNS = {"department": "lead", "status": "status_category", "priority": "priority_code"}


def blueprint(services: Services) -> Blueprint:
    """The demands API over one set of services."""
    blp = Blueprint("demands", __name__, url_prefix="/api/v1", description="Demands as departments work on them")

    @blp.route("/demands", methods=["GET"])
    @blp.arguments(ListQuerySchema, location="query")
    @blp.response(200, CaseListSchema)
    def list_demands(query: dict[str, str]) -> Response:
        """The work list by number; a department sees its own."""
        return _listed(services, query)

    @blp.route("/demands/<string:number>", methods=["GET"])
    @blp.response(200, CaseAnswerSchema)
    def read_demand(number: str) -> Response:
        """A demand with its deadlines, the reasons of its decision and its timeline; a department sees its own."""
        with services.database.read() as session:
            case = cases.find(session, number)
            found = [] if case is None else deadlines.of_demand(session, case.id)
            told = [] if case is None else timeline.of_demand(session, case.id)
        own = _own_department()
        if case is None or (own is not None and case.lead != own):
            raise Problem(404, "not-found", "There is nothing here")
        shown = _shown(_policy(services, case), case) | {
            "deadlines": [events.deadline_of(one) for one in found],
            "reasons": dict(case.reasons),
            "timeline": [{**one, "at": format_time(one["at"])} for one in told],
        }
        return set_etag(respond(StoredAnswer(200, shown)), case.version)

    @blp.route("/demands/<string:number>/accept", methods=["POST"])
    @blp.arguments(ActionSchema, required=False)
    @blp.response(200, ActionAnswerSchema)
    def accept_demand(body: dict[str, Any], number: str) -> Response:
        """Take a demand on for the caller's department; staff act for the one that leads it."""
        return _answered(services, number, body["expected_version"], "accept")

    @blp.route("/demands/<string:number>/decline", methods=["POST"])
    @blp.arguments(ActionSchema, required=False)
    @blp.response(200, ActionAnswerSchema)
    def decline_demand(body: dict[str, Any], number: str) -> Response:
        """Pass a demand back; it then stands on the workbench of customer service."""
        return _answered(services, number, body["expected_version"], "decline")

    return blp


def _listed(services: Services, query: dict[str, str]) -> Response:
    page = requested_page(str)
    wanted: dict[str, Sequence[str]] = {_COLUMNS[name]: [query[name]] for name in _COLUMNS if name in query}
    own = _own_department()
    overdue_at = business_now() if query.get("overdue") else None
    if own is not None:
        wanted["lead"] = [own, *wanted.get("lead", [])]
    after = None if page.after is None else page.after[0]
    with services.database.read() as session:
        rows = cases.page(session, wanted, overdue_at=overdue_at, after=after, limit=page.limit + 1)
    shown = [_shown(_policy(services, case), case) for case in rows[: page.limit]]
    more = len(rows) > page.limit
    return link_next(respond(StoredAnswer(200, {"items": shown})), [shown[-1]["number"]] if more else None)


def _answered(services: Services, number: str, expected_version: int | None, verb: str) -> Response:
    caller, own = current_principal(), _own_department()

    def work(session: Session) -> StoredAnswer:
        now = business_now()
        task = answer_work.open_task(session, number, department=own, expected_version=expected_version)
        check_if_match(task.case.version, required=False)
        if verb == "accept":
            case = answer_work.accept(session, task, by=caller.scope, policies=services.policies, now=now)
        else:
            case = answer_work.decline(session, task, policies=services.policies, now=now)
        status = events.status_of(_policy(services, case), case)
        body = {"number": case.number, "status": status, "version": case.version}
        return StoredAnswer(200, body, {"ETag": etag(case.version)}, f"demand/{case.id}")

    answer = once(services.database, work)
    log.info("work_answered", number=answer.body["number"], verb=verb, actor=caller.scope)
    return respond(answer)


def _own_department() -> str | None:
    """The one department that the caller acts and sees for; None for people of no department, who see all."""
    caller = current_principal()
    return (caller.department or "") if caller.kind == "department" else caller.department


def _policy(services: Services, case: CaseRow) -> Policy:
    return services.policies.pinned(case.policy, case.policy_version)


def _shown(policy: Policy, case: CaseRow) -> dict[str, Any]:
    return {
        "id": case.id,
        "number": case.number,
        "version": case.version,
        "policy": events.pin_of(case),
        "type": events.type_of(policy, case),
        "priority": events.priority_of(policy, case),
        "lead": case.lead,
        "joining": list(case.joining),
        "status": events.status_of(policy, case),
        "received_at": format_time(case.received_at),
        "first_response_by": events.moment(case.first_response_by),
        "accepted_at": events.moment(case.accepted_at),
        "accepted_by": case.accepted_by,
        "subject": case.subject,
        "description": case.description,
        "customer": dict(case.customer),
    }
