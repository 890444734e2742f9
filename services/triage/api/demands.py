"""GET /api/v1/demands, the work list, and one demand with all that is known of it."""

from collections.abc import Sequence
from typing import Any

from flask import Response

from services.triage import events
from services.triage.api.actions import caller_of_request
from services.triage.domain import facts, judgement, lifecycle
from services.triage.domain.changes import ChangeRow
from services.triage.domain.deadlines import pauses_of
from services.triage.domain.records import CaseRow, DeadlineRow, EvaluationRow, PromiseRow, TaskRow
from services.triage.schemas.demand import CaseAnswerSchema, CaseListSchema, ListQuerySchema
from services.triage.store import cases, changes, deadlines, evaluations, promises, relations, tasks, timeline
from services.triage.usecases.services import Services
from shared.calendars.working_time import due
from shared.clock import business_now, format_time, parse_time
from shared.http.blueprint import Blueprint
from shared.http.conditional import set_etag
from shared.http.idempotency import StoredAnswer, respond
from shared.http.pagination import link_next, requested_page
from shared.http.problems import Problem
from shared.policies import interpret
from shared.policies.model import Policy

_COLUMNS = {
    "department": "lead",
    "status": "status_category",
    "priority": "priority_code",
    "policy": "policy",
    "track": "track",
    "handler": "handler_id",
}


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
            own = caller_of_request().department
            if case is None or (own is not None and own not in (case.lead, *case.joining)):
                raise Problem(404, "not-found", "There is nothing here")
            found = deadlines.of_demand(session, case.id)
            told = promises.of_demand(session, case.id)
            judged = evaluations.of_demand(session, case.id)
            split = tasks.of_demand(session, case.id)
            asked = changes.of_demand(session, case.id)
            happened = timeline.of_demand(session, case.id)
            related = relations.of_demand(session, case.id)
        policy = _policy(services, case)
        shown = _shown(policy, case) | {
            "deadlines": [_explained(services, one) for one in found],
            "reasons": dict(case.reasons),
            "quality": dict(case.quality),
            "questions": [one.ask.zh for one in interpret.questions(policy, facts.of_case(case))],
            "promises": [_promise(one) for one in told],
            "changes": [_change(one) for one in asked],
            "handed_over": case.handed_over,
            "result": case.result,
            "satisfaction": case.satisfaction,
            "locked_at": events.moment(case.locked_at),
            "historic": case.historic,
            "relations": [{**vars(one), "at": format_time(one.at)} for one in related],
            "related_number": case.related_number,
            "evaluations": [_evaluation(one) for one in judged],
            "lacking": _lacking(case, judged),
            "owed": lifecycle.owed(case),
            "tasks": [_task(one) for one in split],
            "actions": lifecycle.allowed(policy, case),
            "timeline": [{**one, "at": format_time(one["at"])} for one in happened],
        }
        return set_etag(respond(StoredAnswer(200, shown)), case.version)

    return blp


def _listed(services: Services, query: dict[str, str]) -> Response:
    page = requested_page(str)
    wanted: dict[str, Sequence[str]] = {_COLUMNS[name]: [query[name]] for name in _COLUMNS if name in query}
    own = caller_of_request().department
    overdue_at = business_now() if query.get("overdue") else None
    after = None if page.after is None else page.after[0]
    with services.database.read() as session:
        rows = cases.page(
            session, wanted, department=own, undecided=bool(query.get("undecided")),
            blocked=bool(query.get("blocked")), still_open=bool(query.get("open")),
            review=query.get("review") == "priority", overdue_at=overdue_at,
            q=query.get("q"), after=after, limit=page.limit + 1,
        )  # fmt: skip
    shown = [_shown(_policy(services, case), case) for case in rows[: page.limit]]
    more = len(rows) > page.limit
    return link_next(respond(StoredAnswer(200, {"items": shown})), [shown[-1]["number"]] if more else None)


def _policy(services: Services, case: CaseRow) -> Policy:
    policy: Policy = services.books.policies.pinned(case.policy, case.policy_version)
    return policy


def _shown(policy: Policy, case: CaseRow) -> dict[str, Any]:
    return {
        "id": case.id,
        "number": case.number,
        "version": case.version,
        "policy": events.pin_of(case),
        "type": events.type_of(policy, case),
        "priority": events.priority_of(policy, case) | {"proposed": _proposed(policy, case)},
        "track": case.track,
        "lead": case.lead,
        "joining": list(case.joining),
        "status": events.status_of(policy, case),
        "cycle": case.cycle,
        "handler": events.handler_of(case),
        "received_at": format_time(case.received_at),
        "first_response_by": events.moment(case.first_response_by),
        "accepted_at": events.moment(case.accepted_at),
        "accepted_by": case.accepted_by,
        "blocked": _blocked(case),
        "subject": case.subject,
        "description": case.description,
        "customer": dict(case.customer),
    }


def _blocked(case: CaseRow) -> dict[str, Any] | None:
    found = case.blocker
    if case.blocked_at is None or found is None:
        return None
    return {
        "since": format_time(case.blocked_at),
        "reason": found["reason"],
        "label": found["reason_label"],
        "note": found["note"],
        "task": found["task"],
        "reported_at": format_time(parse_time(found["reported_at"])),
        "by": found["by"],
    }


def _proposed(policy: Policy, case: CaseRow) -> dict[str, Any] | None:
    return None if case.proposed_code is None else events.level_of(policy.level(case.proposed_code))


def _explained(services: Services, row: DeadlineRow) -> dict[str, Any]:
    """A deadline with the steps by which it was counted, counted again under the same version of the calendar."""
    calendar = services.books.calendars.pinned(row.calendar, row.calendar_version)
    counted = due(calendar, row.started_at, row.span, pauses_of(row))
    return events.deadline_of(row) | {
        "span": row.span,
        "calendar": f"{row.calendar}/{row.calendar_version}",
        "started_at": format_time(row.started_at),
        "superseded_at": events.moment(row.superseded_at),
        "steps": [one.as_json() for one in counted.steps],
    }


def _change(row: ChangeRow) -> dict[str, Any]:
    dates = ("expected_finish", "before", "requested_at", "decided_at")
    plain = ("id", "number", "state", "what", "reason", "plan", "cost", "requested_by", "answers")
    return {name: getattr(row, name) for name in plain} | {name: events.moment(getattr(row, name)) for name in dates}


def _promise(row: PromiseRow) -> dict[str, Any]:
    return {
        "number": row.number,
        "kind": row.kind,
        "text": row.text,
        "channel": row.channel,
        "reason": row.reason,
        "told_at": format_time(row.told_at),
        "told_by": row.told_by,
        "promised_for": events.moment(row.promised_for),
        "predecessor": row.predecessor,
        "late": row.late,
        "kept_at": events.moment(row.kept_at),
    }


def _evaluation(row: EvaluationRow) -> dict[str, Any]:
    kept = ("department", "by", "verdict", "text", "explanation", "alternative", "feasibility", "resources")
    shown = {name: getattr(row, name) for name in kept}
    return shown | {"at": format_time(row.at), "stands": row.superseded_at is None}


def _lacking(case: CaseRow, rows: Sequence[EvaluationRow]) -> dict[str, Any] | None:
    """None once somebody reallocated: evaluated again without lacking anything, or named who handles it."""
    since = case.moments.get("resources_lacking")
    if since is None:
        return None
    named = judgement.lacking([one for one in rows if one.superseded_at is None])
    return {"since": format_time(parse_time(since)), "departments": named}


def _task(row: TaskRow) -> dict[str, Any]:
    whole = {"owner": row.owner, "owner_id": row.owner_id, "changed_at": format_time(row.changed_at)}
    return events.task_of(row) | whole
