"""POST and GET /api/v1/reports."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from services.reporting.api.callers import shown
from services.reporting.api.services import Services
from services.reporting.domain.records import ReportRow
from services.reporting.gateways import documents, sheets
from services.reporting.schemas.archives import ListQuerySchema
from services.reporting.schemas.reports import FormatQuerySchema, MakeSchema, ReportListSchema, ReportSchema
from services.reporting.store import reports
from services.reporting.usecases.issue_report import issue_report
from shared.clock import business_now
from shared.http.blueprint import Blueprint
from shared.http.idempotency import StoredAnswer, once, respond
from shared.http.pagination import link_next, requested_page
from shared.http.problems import Problem
from shared.logging import get_logger

log = get_logger()
_DRAWN: Mapping[str, tuple[str, Callable[[dict[str, Any]], bytes]]] = {
    "xlsx": (sheets.MEDIA_TYPE, sheets.report),
    "docx": (documents.MEDIA_TYPE, documents.report),
}


def blueprint(services: Services) -> Blueprint:
    """The reports API over one set of services."""
    blp = Blueprint("reports", __name__, url_prefix="/api/v1", description="Reports with their figures as they stood")

    @blp.route("/reports", methods=["POST"])
    @blp.arguments(MakeSchema)
    @blp.response(201, ReportSchema)
    def make_report(body: dict[str, Any]) -> Response:
        """The report of a policy's period; one that is kept already comes as it stood, with 200."""
        return respond(once(services.database, lambda session: _made(services, session, body)))

    @blp.route("/reports", methods=["GET"])
    @blp.arguments(ListQuerySchema, location="query")
    @blp.response(200, ReportListSchema)
    def list_reports(query: dict[str, str]) -> Response:
        """Reports without their figures, the newest first."""
        page = requested_page(str)
        after = None if page.after is None else page.after[0]
        with services.database.read() as session:
            rows = reports.page(session, policy=query.get("policy"), after=after, limit=page.limit + 1)
        items = [_head(row) for row in rows[: page.limit]]
        last = [items[-1]["id"]] if len(rows) > page.limit else None
        return link_next(respond(StoredAnswer(200, {"items": items})), last)

    @blp.route("/reports/<string:report_id>", methods=["GET"])
    @blp.arguments(FormatQuerySchema, location="query")
    @blp.response(200, ReportSchema)
    def read_report(query: dict[str, str], report_id: str) -> Response:
        """A report as JSON, or drawn from its frozen figures as .xlsx or .docx."""
        with services.database.read() as session:
            row = reports.find(session, report_id)
        if row is None:
            raise Problem(404, "not-found", "There is nothing here")
        if query["format"] == "json":
            return respond(StoredAnswer(200, _whole(row)))
        media_type, draw = _DRAWN[query["format"]]
        answer = Response(draw(dict(row.content)), mimetype=media_type)
        name = f"{row.policy}-{row.code}-{row.period}.{query['format']}"
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer

    return blp


def _made(services: Services, session: Session, body: dict[str, Any]) -> StoredAnswer:
    row, new = issue_report(
        session, body["policy"], body["code"], body["period"], books=services.books, now=business_now()
    )
    if new:
        log.info("report_issued", report_id=row.id, policy=row.policy, kind=row.code)
    return StoredAnswer(201 if new else 200, _whole(row), subject=f"report/{row.id}")


def _head(row: ReportRow) -> dict[str, Any]:
    return shown({name: value for name, value in vars(row).items() if name != "content"}) | {
        "title": row.content["title"]
    }


def _whole(row: ReportRow) -> dict[str, Any]:
    return {**_head(row), "content": dict(row.content)}
