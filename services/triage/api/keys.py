"""GET /.well-known/jwks.json: by these keys anybody checks the tokens of all services."""

from flask import Response

from services.triage.usecases.services import Services
from shared.http.blueprint import Blueprint
from shared.http.idempotency import StoredAnswer, respond


def blueprint(services: Services) -> Blueprint:
    """The key set over one set of services."""
    blp = Blueprint("keys", __name__, url_prefix="/.well-known", description="Public keys")

    @blp.route("/jwks.json", methods=["GET"])
    @blp.response(200)
    def jwks() -> Response:
        """The public keys of all services."""
        return respond(StoredAnswer(200, services.keys.documents()))

    return blp
