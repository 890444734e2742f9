"""GET and PUT /api/v1/subscriptions: who is told by signed webhook."""

from typing import Any

from flask import Response

from services.notifier.api.paging import listed, shown
from services.notifier.api.services import Services
from services.notifier.domain.webhooks import Subscription
from services.notifier.gateways.webhooks import Forbidden
from services.notifier.schemas.lists import ListSchema, PageQuerySchema
from services.notifier.schemas.subscriptions import SubscriptionAnswerSchema, SubscriptionSchema
from services.notifier.store import subscriptions
from services.notifier.usecases.subscribe import change, subscribe
from shared.clock import system_now
from shared.http.blueprint import Blueprint
from shared.http.conditional import check_if_match, set_etag
from shared.http.idempotency import StoredAnswer, respond
from shared.http.pagination import requested_page
from shared.http.principal import current_principal
from shared.logging import get_logger
from shared.refused import wrong

log = get_logger()
_FAULTS = {
    "url-unfit": "An absolute http or https address without user, password and fragment",
    "host-unknown": "This host cannot be found",
    "address-forbidden": "This leads to an address that is not public; the operator may allow it",
    "https-only": "Only https, except to what the operator allows",
    "port-forbidden": "Port 80, 443, or one from 1024 on",
}


def blueprint(services: Services) -> Blueprint:
    """The subscriptions over one set of services."""
    blp = Blueprint("subscriptions", __name__, url_prefix="/api/v1", description="Signed webhooks")

    @blp.route("/subscriptions", methods=["GET"])
    @blp.arguments(PageQuerySchema, location="query")
    @blp.response(200, ListSchema)
    def list_subscriptions(_query: dict[str, Any]) -> Response:
        """Who is told by webhook, without the secrets."""
        page = requested_page(str)
        after = page.after[0] if page.after else None
        with services.database.read() as session:
            rows = subscriptions.page(session, after=after, limit=page.limit + 1)
        found = rows[: page.limit]
        return listed([_public(row) for row in found], (found[-1].id,) if len(rows) > page.limit else None)

    @blp.route("/subscriptions", methods=["PUT"])
    @blp.arguments(SubscriptionSchema)
    @blp.response(200, SubscriptionAnswerSchema)
    def put_subscription(wanted: dict[str, Any]) -> Response:
        """Without id: a new one, and its secret, this once (201). With id and If-Match: that one, changed."""
        try:
            services.webhooks.target(wanted["url"])
        except Forbidden as error:
            raise wrong("/url", error.code, _FAULTS[error.code]) from None
        known, status = wanted.pop("id", None), 200
        with services.database.write() as session:
            if known is None:
                row = subscribe(session, wanted, policies=services.policies, now=system_now())
            else:
                row = change(session, known, wanted, policies=services.policies, check=_seen)
        body = _public(row)
        if known is None:
            body, status = {**body, "secret": row.secret}, 201
        log.info("subscription_changed", subscription_id=row.id, actor=current_principal().scope)
        response = set_etag(respond(StoredAnswer(status, shown(body))), row.version)
        response.headers["Cache-Control"] = "no-store"
        return response

    return blp


def _seen(row: Subscription) -> None:
    check_if_match(row.version, required=True)


def _public(row: Subscription) -> dict[str, Any]:
    return {name: value for name, value in vars(row).items() if name != "secret"}
