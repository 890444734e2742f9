"""GET /api/v1/agenda, what a weekly meeting is about now; GET /api/v1/chase, what is due today and what is over."""

from datetime import timedelta
from typing import Any

from flask import Response

from services.triage import events
from services.triage.api.actions import caller_of_request
from services.triage.schemas.agenda import AgendaQuerySchema, AgendaSchema, ChaseQuerySchema, ChaseSchema
from services.triage.store import chase, meetings
from services.triage.usecases.hold_meeting import in_force
from services.triage.usecases.services import Services
from shared.calendars.days import instant, local
from shared.clock import business_now, format_time, parse_time
from shared.http.blueprint import Blueprint
from shared.http.idempotency import StoredAnswer, respond
from shared.http.pagination import link_next, requested_page
from shared.refused import Refused, wrong

_DAY = timedelta(hours=24)


def blueprint(services: Services) -> Blueprint:
    """The agenda and the chase list over one set of services."""
    blp = Blueprint("agenda", __name__, url_prefix="/api/v1", description="What is to be talked about and chased")

    @blp.route("/agenda", methods=["GET"])
    @blp.arguments(AgendaQuerySchema, location="query")
    @blp.response(200, AgendaSchema)
    def list_agenda(query: dict[str, Any]) -> Response:
        """Open demands that several departments work on, that were put off or are overdue, or that are blocked."""
        page = requested_page(str)
        kinds = _meeting(services, query).agenda
        with services.database.read() as session:
            after = None if page.after is None else page.after[0]
            rows = meetings.agenda(session, query["policy"], kinds, after=after, limit=page.limit + 1)
        items = [_item(one) for one in rows[: page.limit]]
        more = len(rows) > page.limit
        return link_next(respond(StoredAnswer(200, {"items": items})), [items[-1]["number"]] if more else None)

    @blp.route("/chase", methods=["GET"])
    @blp.arguments(ChaseQuerySchema, location="query")
    @blp.response(200, ChaseSchema)
    def list_chase(query: dict[str, Any]) -> Response:
        """Open deadlines that are over or will be by the end of the day; a department sees its own."""
        return _chased(services, query)

    return blp


def _meeting(services: Services, query: dict[str, Any]) -> Any:
    try:
        policy = services.books.policies.effective(query["policy"], business_now())
    except LookupError:
        raise wrong("/policy", "unknown-code", "There is no such policy") from None
    found = [one for one in policy.meetings if query.get("meeting") in (None, one.code)]
    if not found:
        raise Refused("no-meeting", "This policy has no such meeting", 404)
    return found[0]


def _chased(services: Services, query: dict[str, Any]) -> Response:
    page, now = requested_page(str, str), business_now()
    after = None if page.after is None else (parse_time(page.after[0]), page.after[1])
    department = caller_of_request().department or query.get("department")
    with services.database.read() as session:
        rows = chase.page(
            session,
            until=query.get("until") or _end_of_day(services),
            department=department,
            policy=query.get("policy"),
            after=after,
            limit=page.limit + 1,
        )
    items = [_shown(services, row, late=row["due_at"] < now) for row in rows[: page.limit]]
    last = rows[page.limit - 1] if len(rows) > page.limit else None
    position = None if last is None else [format_time(last["due_at"]), last["id"]]
    return link_next(respond(StoredAnswer(200, {"items": items})), position)


def _end_of_day(services: Services) -> Any:
    """The end of today where the calendars of the policies in force are; the latest, where these differ."""
    now = business_now()
    calendars = [services.books.calendars.effective(one.calendar) for one in in_force(services.books, now)]
    return max((instant(one, local(one, now)[0], _DAY) for one in calendars), default=now)


def _item(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "number": row["number"],
        "subject": row["subject"],
        "lead": row["lead"],
        "handler": None if row["handler_name"] is None else {"masked_name": events.masked(row["handler_name"])},
        "blocked_at": events.moment(row["blocked_at"]),
        "why": row["why"],
    }


def _shown(services: Services, row: dict[str, Any], *, late: bool) -> dict[str, Any]:
    policy = services.books.policies.pinned(row["policy"], row["policy_version"])
    clocks = {one.code: one.label.zh for one in policy.clocks}
    name = row["handler_name"]
    return {
        "number": row["number"],
        "subject": row["subject"],
        "policy": row["policy"],
        "priority": policy.level(row["priority_code"]).label.zh,
        "status": policy.status(row["status_code"]).label.zh,
        "lead": row["lead"],
        "handler": None if name is None else {"staff_id": row["handler_id"], "masked_name": events.masked(name)},
        "clock": {"code": row["code"], "kind": row["kind"], "label": clocks.get(row["code"], row["code"])},
        "due_at": format_time(row["due_at"]),
        "overdue": late,
        "blocked_at": events.moment(row["blocked_at"]),
    }
