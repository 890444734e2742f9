"""GET /api/v1/letters: who of a campaign was mailed, and who could not be."""

from typing import Any

from flask import Response

from services.notifier.api.paging import listed
from services.notifier.api.services import Services
from services.notifier.schemas.lists import LettersQuerySchema, ListSchema
from services.notifier.store import letters
from shared.http.blueprint import Blueprint
from shared.http.pagination import requested_page


def blueprint(services: Services) -> Blueprint:
    """The letters over one set of services."""
    blp = Blueprint("letters", __name__, url_prefix="/api/v1", description="Letters of campaigns")

    @blp.route("/letters", methods=["GET"])
    @blp.arguments(LettersQuerySchema, location="query")
    @blp.response(200, ListSchema)
    def list_letters(query: dict[str, Any]) -> Response:
        """Letters, the newest first."""
        page = requested_page(str)
        wanted = {name: value for name, value in query.items() if name not in ("cursor", "limit")}
        after = page.after[0] if page.after else None
        with services.database.read() as session:
            rows = letters.page(session, wanted, after=after, limit=page.limit + 1)
        found = rows[: page.limit]
        return listed(found, (found[-1]["id"],) if len(rows) > page.limit else None)

    return blp
