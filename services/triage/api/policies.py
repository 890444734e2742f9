"""Policies and their versions: GET reads them, PUT publishes one, POST ...:simulate tries a draft."""

from datetime import date
from typing import Any

from flask import Response

from services.triage.api import documents
from services.triage.schemas.simulation import SimulationQuerySchema, SimulationSchema, shown
from services.triage.schemas.versions import PolicyListSchema, PolicyVersionsSchema, PublishedPolicySchema
from services.triage.usecases.publish_version import checked_policy, publish_policy
from services.triage.usecases.services import Services
from services.triage.usecases.simulate_policy import simulate_policy
from shared.clock import business_now, format_time
from shared.http.blueprint import Blueprint
from shared.http.body import takes
from shared.http.idempotency import StoredAnswer, respond
from shared.http.principal import current_principal
from shared.http.problems import Problem
from shared.logging import get_logger
from shared.versions.tables import policy_versions

log = get_logger()


def blueprint(services: Services) -> Blueprint:
    """The policies API over one set of services."""
    blp = Blueprint("policies", __name__, url_prefix="/api/v1", description="The rules that demands are run by")

    @blp.route("/policies", methods=["GET"])
    @blp.response(200, PolicyListSchema)
    def list_policies() -> Response:
        """All policies with their versions, and which one counts now."""
        found = documents.versions(services.database, policy_versions)
        items = [{"code": code, "effective": _effective(services, code), "versions": found[code]} for code in found]
        return respond(StoredAnswer(200, {"items": items}))

    @blp.route("/policies/<string:code>/versions", methods=["GET"])
    @blp.response(200, PolicyVersionsSchema)
    def list_policy_versions(code: str) -> Response:
        """The versions of one policy."""
        found = documents.versions(services.database, policy_versions, code)
        if code not in found:
            raise Problem(404, "not-found", "There is nothing here")
        return respond(StoredAnswer(200, {"items": found[code]}))

    @blp.route("/policies/<string:code>/versions/<string:version>", methods=["GET"])
    @blp.response(200, {"type": "string"}, content_type="text/yaml")
    def read_policy_version(code: str, version: str) -> Response:
        """The document of one version, as it was released."""
        return documents.document(services.database, policy_versions, code, version)

    @blp.route("/policies/<string:code>/versions/<string:version>", methods=["PUT"])
    @blp.doc(requestBody=documents.BODY)
    @blp.response(201, PublishedPolicySchema)
    @blp.alt_response(200, schema=PublishedPolicySchema, description="Known already; nothing changed.")
    @takes(*documents.MEDIA_TYPES)
    def publish_policy_version(code: str, version: str) -> Response:
        """Publish a version to all services, effective ten minutes from now or later. A version never changes."""
        raw = documents.yaml_body()
        with services.database.write() as session:
            policy, new = publish_policy(session, raw, now=business_now())
            documents.check_names(policy, code, version)
        if new:
            log.info("policy_published", code=code, version=version, actor=current_principal().scope)
        told = {"code": code, "version": version, "sha256": policy.sha256}
        told["effective_from"] = format_time(policy.effective_from)
        return respond(StoredAnswer(201 if new else 200, told, {"ETag": f'"{policy.sha256}"'}))

    @blp.route("/policies/<string:code>:simulate", methods=["POST"])
    @blp.doc(requestBody=documents.BODY)
    @blp.arguments(SimulationQuerySchema, location="query")
    @blp.response(200, SimulationSchema)
    @takes(*documents.MEDIA_TYPES)
    def simulate_policy_draft(query: dict[str, date], code: str) -> Response:
        """What a draft would have changed about the demands of a span of time; it changes and keeps nothing."""
        return respond(StoredAnswer(200, _simulated(services, code, query)))

    return blp


def _effective(services: Services, code: str) -> str | None:
    try:
        return services.books.policies.effective(code, business_now()).version
    except LookupError:
        return None


def _simulated(services: Services, code: str, query: dict[str, date]) -> dict[str, Any]:
    raw = documents.yaml_body()
    first, last = query.get("from"), query.get("to")
    with services.database.snapshot() as session:
        draft = checked_policy(session, raw)
        documents.check_names(draft, code, draft.version)
        found = simulate_policy(session, draft, first=first, last=last, books=services.books, now=business_now())
    return shown(found)
