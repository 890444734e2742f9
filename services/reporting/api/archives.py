"""POST and GET /api/v1/archives: packages of closed demands, asked for here, made by the worker."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from services.reporting.api.callers import shown
from services.reporting.api.services import Services
from services.reporting.domain.records import ArchiveRow
from services.reporting.schemas.archives import (
    ArchiveListSchema,
    ArchiveSchema,
    CheckSchema,
    ListQuerySchema,
    SealSchema,
)
from services.reporting.store import archives
from services.reporting.usecases.check_archive import check_archive
from services.reporting.usecases.keep_archives import request_archive
from shared.clock import business_now
from shared.http.blueprint import Blueprint
from shared.http.idempotency import StoredAnswer, once, respond
from shared.http.pagination import link_next, requested_page
from shared.http.principal import current_principal
from shared.http.problems import Problem
from shared.logging import get_logger

log = get_logger()


def blueprint(services: Services) -> Blueprint:
    """The archives API over one set of services."""
    blp = Blueprint("archives", __name__, url_prefix="/api/v1", description="Packages of closed demands")

    @blp.route("/archives", methods=["POST"])
    @blp.arguments(SealSchema)
    @blp.response(202, ArchiveSchema)
    def request_archive(body: dict[str, Any]) -> Response:
        """Ask for the package of a policy's month; the same month gives the same package, however often."""
        return respond(once(services.database, lambda session: _requested(services, session, body)))

    @blp.route("/archives", methods=["GET"])
    @blp.arguments(ListQuerySchema, location="query")
    @blp.response(200, ArchiveListSchema)
    def list_archives(query: dict[str, str]) -> Response:
        """Packages, the newest first."""
        page = requested_page(str)
        after = None if page.after is None else page.after[0]
        with services.database.read() as session:
            rows = archives.page(session, policy=query.get("policy"), after=after, limit=page.limit + 1)
            items = _shown(session, rows[: page.limit])
        last = [items[-1]["id"]] if len(rows) > page.limit else None
        return link_next(respond(StoredAnswer(200, {"items": items})), last)

    @blp.route("/archives/<string:archive_id>", methods=["GET"])
    @blp.response(200, ArchiveSchema)
    def read_archive(archive_id: str) -> Response:
        """One package, without what is in it."""
        with services.database.read() as session:
            (found,) = _shown(session, [_found(session, archive_id)])
        return respond(StoredAnswer(200, found))

    @blp.route("/archives/<string:archive_id>:verify", methods=["POST"])
    @blp.response(200, CheckSchema)
    def verify_archive(archive_id: str) -> Response:
        """Every checksum, the seal, and the chain to the packages beside it."""
        with services.database.read() as session:
            row = _found(session, archive_id)
        if row.state != "sealed":
            raise Problem(409, "not-sealed", "This package is not made yet")
        return respond(StoredAnswer(200, _checked(services.archive_dir, row)))

    return blp


def _requested(services: Services, session: Session, body: dict[str, Any]) -> StoredAnswer:
    row, _ = request_archive(
        session,
        body["policy"],
        body["period"],
        by=current_principal().scope,
        books=services.books,
        now=business_now(),
    )
    (found,) = _shown(session, [row])
    return StoredAnswer(202, found, subject=f"archive/{row.id}")


def _found(session: Session, archive_id: str) -> ArchiveRow:
    row = archives.find(session, archive_id)
    if row is None:
        raise Problem(404, "not-found", "There is nothing here")
    return row


def _checked(root: Path, row: ArchiveRow) -> dict[str, Any]:
    checked = check_archive(root / row.id, sealed_sha256=row.manifest_sha256)
    log.info("archive_verified", archive_id=row.id, count=checked.files, problem=len(checked.faults))
    return {"id": row.id, "intact": not checked.faults, "files": checked.files, "faults": list(checked.faults)}


def _shown(session: Session, rows: Sequence[ArchiveRow]) -> list[dict[str, Any]]:
    owed = archives.owed(session, [row.id for row in rows])
    return [shown(vars(row)) | {"missing": owed.get(row.id, 0)} for row in rows]
