"""GET, PUT /api/v1/departments: the one list of the organisation, and how each gets its work."""

from typing import Any

from flask import Response

from services.triage.domain.records import DepartmentRow
from services.triage.schemas.departments import (
    DepartmentListSchema,
    DepartmentQuerySchema,
    DepartmentSchema,
    DepartmentShownSchema,
)
from services.triage.store import departments
from services.triage.usecases.keep_departments import rename_department
from services.triage.usecases.services import Services
from shared.clock import business_now
from shared.http.blueprint import Blueprint
from shared.http.idempotency import StoredAnswer, respond
from shared.http.pagination import link_next, requested_page
from shared.http.principal import current_principal
from shared.logging import get_logger

log = get_logger()


def blueprint(services: Services) -> Blueprint:
    """The departments API over one set of services."""
    blp = Blueprint("departments", __name__, url_prefix="/api/v1/departments", description="Departments")

    @blp.route("", methods=["GET"])
    @blp.arguments(DepartmentQuerySchema, location="query")
    @blp.response(200, DepartmentListSchema)
    def list_departments(_query: dict[str, str]) -> Response:
        """All departments by code."""
        page = requested_page(str)
        with services.database.read() as session:
            rows = departments.page(session, after=None if page.after is None else page.after[0], limit=page.limit + 1)
        items = [_shown(row) for row in rows[: page.limit]]
        last = [items[-1]["code"]] if len(rows) > page.limit else None
        return link_next(respond(StoredAnswer(200, {"items": items})), last)

    @blp.route("/<string:code>", methods=["PUT"])
    @blp.arguments(DepartmentSchema)
    @blp.response(200, DepartmentShownSchema)
    @blp.alt_response(201, schema=DepartmentShownSchema, description="A new department, with the workbench.")
    def put_department(body: dict[str, str], code: str) -> Response:
        """Name a department, or add one; keys and queues of tools are an operator's (`demandflow department add`)."""
        with services.database.write() as session:
            row, new = rename_department(session, code, body["name_zh"], body["name_en"], now=business_now())
        log.info("department_changed", department=code, actor=current_principal().scope)
        return respond(StoredAnswer(201 if new else 200, _shown(row)))

    return blp


def _shown(row: DepartmentRow) -> dict[str, Any]:
    return {"code": row.code, "name_zh": row.name_zh, "name_en": row.name_en, "delivery": row.delivery}
