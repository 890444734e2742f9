"""GET /api/v1/meetings; POST /api/v1/meetings/{policy}/{meeting}/{week}/held: the weekly meetings."""

from typing import Any

from flask import Response

from services.triage.domain.meetings import MeetingRow
from services.triage.events import moment
from services.triage.schemas.agenda import HeldSchema, MeetingListSchema, MeetingQuerySchema, MeetingSchema
from services.triage.store import meetings
from services.triage.usecases.hold_meeting import hold
from services.triage.usecases.services import Services
from shared.clock import business_now, format_time
from shared.http.blueprint import Blueprint
from shared.http.idempotency import StoredAnswer, once, respond
from shared.http.pagination import link_next, requested_page
from shared.http.principal import current_principal
from shared.http.problems import Problem
from shared.logging import get_logger

log = get_logger()
_ONE = "/meetings/<string:policy>/<string:code>/<string:week>"


def blueprint(services: Services) -> Blueprint:
    """The meetings API over one set of services."""
    blp = Blueprint("meetings", __name__, url_prefix="/api/v1", description="The weekly meetings of the policies")

    @blp.route("/meetings", methods=["GET"])
    @blp.arguments(MeetingQuerySchema, location="query")
    @blp.response(200, MeetingListSchema)
    def list_meetings(query: dict[str, str]) -> Response:
        """Meetings with their agenda as it was drawn up, the latest week first."""
        page = requested_page(str)
        after = None if page.after is None else page.after[0]
        with services.database.read() as session:
            rows = meetings.page(
                session, policy=query.get("policy"), state=query.get("state"), after=after, limit=page.limit + 1
            )
        shown = [_shown(services, row) for row in rows[: page.limit]]
        more = len(rows) > page.limit
        return link_next(respond(StoredAnswer(200, {"items": shown})), [shown[-1]["id"]] if more else None)

    @blp.route(_ONE, methods=["GET"])
    @blp.response(200, MeetingSchema)
    def read_meeting(policy: str, code: str, week: str) -> Response:
        """One week's meeting."""
        with services.database.read() as session:
            row = meetings.find(session, f"{policy}/{code}/{week}")
        if row is None:
            raise Problem(404, "not-found", "There is nothing here")
        return respond(StoredAnswer(200, _shown(services, row)))

    @blp.route(f"{_ONE}/held", methods=["POST"])
    @blp.arguments(HeldSchema)
    @blp.response(200, MeetingSchema)
    def hold_meeting(body: dict[str, Any], policy: str, code: str, week: str) -> Response:
        """Record that it was held, and what was decided."""
        by = current_principal().scope
        answer = once(
            services.database,
            lambda session: StoredAnswer(
                200, _shown(services, hold(session, f"{policy}/{code}/{week}", **body, by=by, now=business_now()))
            ),
        )
        log.info("meeting_held", period=answer.body["id"], actor=by)
        return respond(answer)

    return blp


def _shown(services: Services, row: MeetingRow) -> dict[str, Any]:
    policy = services.books.policies.effective(row.policy, row.called_at)
    label = next((one.label.zh for one in policy.meetings if one.code == row.code), row.code)
    return {
        "id": row.id,
        "policy": row.policy,
        "meeting": row.code,
        "label": label,
        "week": row.week,
        "state": row.state,
        "called_at": format_time(row.called_at),
        "due_at": format_time(row.due_at),
        "items": [dict(one) for one in row.items],
        "left_off": row.left_off,
        "held_at": moment(row.held_at),
        "held_by": row.held_by,
        "notes": row.notes,
        "decisions": [dict(one) for one in row.decisions],
    }
