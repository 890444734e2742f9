"""GET /api/v1/calendars and their documents; PUT .../versions/{version}: a manager publishes one."""

from flask import Response

from services.triage.api import documents
from services.triage.schemas.versions import CalendarListSchema, PublishedCalendarSchema
from services.triage.usecases.publish_version import newest_calendar, publish_calendar
from services.triage.usecases.services import Services
from shared.clock import business_now
from shared.http.blueprint import Blueprint
from shared.http.body import takes
from shared.http.idempotency import StoredAnswer, respond
from shared.http.principal import current_principal
from shared.logging import get_logger
from shared.versions.tables import calendar_versions

log = get_logger()


def blueprint(services: Services) -> Blueprint:
    """The calendars API over one set of services."""
    blp = Blueprint("calendars", __name__, url_prefix="/api/v1", description="Working days and office hours")

    @blp.route("/calendars", methods=["GET"])
    @blp.response(200, CalendarListSchema)
    def list_calendars() -> Response:
        """All calendars with their versions, the newest of which counts."""
        found = documents.versions(services.database, calendar_versions)
        with services.database.read() as session:
            newest = {code: newest_calendar(session, code).version for code in found}
        items = [{"code": code, "effective": newest[code], "versions": found[code]} for code in found]
        return respond(StoredAnswer(200, {"items": items}))

    @blp.route("/calendars/<string:code>/versions/<string:version>", methods=["GET"])
    @blp.response(200, {"type": "string"}, content_type="text/yaml")
    def read_calendar_version(code: str, version: str) -> Response:
        """The document of one version, as it was released."""
        return documents.document(services.database, calendar_versions, code, version)

    @blp.route("/calendars/<string:code>/versions/<string:version>", methods=["PUT"])
    @blp.doc(requestBody=documents.BODY)
    @blp.response(201, PublishedCalendarSchema)
    @blp.alt_response(200, schema=PublishedCalendarSchema, description="Known already; nothing changed.")
    @takes(*documents.MEDIA_TYPES)
    def publish_calendar_version(code: str, version: str) -> Response:
        """Publish a version to all services; it must be newer than all known ones. A version never changes."""
        raw = documents.yaml_body()
        with services.database.write() as session:
            calendar, new = publish_calendar(session, raw, now=business_now())
            documents.check_names(calendar, code, version)
        if new:
            log.info("calendar_published", code=code, version=version, actor=current_principal().scope)
        told = {"code": code, "version": version, "sha256": calendar.sha256}
        return respond(StoredAnswer(201 if new else 200, told, {"ETag": f'"{calendar.sha256}"'}))

    return blp
