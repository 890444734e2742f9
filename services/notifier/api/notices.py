"""GET /api/v1/notices and POST /api/v1/notices/{id}:resend: who was told, who could not be, and once more."""

from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from services.notifier.api.paging import listed, shown
from services.notifier.api.services import Services
from services.notifier.schemas.lists import ListSchema, NoticeSchema, NoticesQuerySchema
from services.notifier.store import notices
from services.notifier.usecases.resend import resend
from shared.clock import system_now
from shared.http.blueprint import Blueprint
from shared.http.idempotency import StoredAnswer, once, respond
from shared.http.pagination import requested_page
from shared.http.principal import current_principal
from shared.logging import get_logger

log = get_logger()


def blueprint(services: Services) -> Blueprint:
    """The notices over one set of services."""
    blp = Blueprint("notices", __name__, url_prefix="/api/v1/notices", description="Who was told")

    @blp.route("", methods=["GET"])
    @blp.arguments(NoticesQuerySchema, location="query")
    @blp.response(200, ListSchema)
    def list_notices(query: dict[str, Any]) -> Response:
        """Notices, the newest first."""
        page = requested_page(str)
        wanted = {name: value for name, value in query.items() if name not in ("cursor", "limit")}
        after = page.after[0] if page.after else None
        with services.database.read() as session:
            rows = notices.page(session, wanted, after=after, limit=page.limit + 1)
        found = rows[: page.limit]
        return listed(found, (found[-1]["id"],) if len(rows) > page.limit else None)

    @blp.route("/<string:notice_id>:resend", methods=["POST"])
    @blp.response(200, NoticeSchema)
    def resend_notice(notice_id: str) -> Response:
        """Send a notice again that was sent or has failed; a copy bears the id of the first."""

        def work(session: Session) -> StoredAnswer:
            return StoredAnswer(200, shown(resend(session, notice_id, now=system_now())))

        answer = once(services.database, work)
        log.info("notice_resent", notice_id=notice_id, actor=current_principal().scope)
        return respond(answer)

    return blp
