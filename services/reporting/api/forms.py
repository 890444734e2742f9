"""POST /api/v1/forms/{number}, GET /api/v1/forms/blank: a policy's form filled in or blank, never kept."""

from typing import Any

from flask import Response

from services.reporting.api.callers import visible
from services.reporting.api.services import Services
from services.reporting.domain.dossier import Dossier
from services.reporting.domain.form_sheet import Person
from services.reporting.gateways.ask import Unreachable
from services.reporting.gateways.documents import MEDIA_TYPE
from services.reporting.schemas.forms import BlankQuerySchema, FillSchema
from services.reporting.usecases.fill_form import blank_form, fill_form, policy_of, policy_to_print
from services.reporting.usecases.open_names import full_names
from shared.clock import business_now
from shared.http.blueprint import Blueprint
from shared.http.principal import current_principal
from shared.http.problems import Problem, unavailable
from shared.logging import get_logger
from shared.policies.model import Policy

log = get_logger()
_MAY_UNMASK = frozenset({"lead", "manager", "auditor"})


def blueprint(services: Services) -> Blueprint:
    """The forms API over one set of services."""
    blp = Blueprint("forms", __name__, url_prefix="/api/v1", description="Forms of the policies, filled in")

    @blp.route("/forms/<string:number>", methods=["POST"])
    @blp.arguments(FillSchema)
    @blp.response(200, content_type=MEDIA_TYPE)
    def fill_form(body: dict[str, Any], number: str) -> Response:
        """The form as .docx. Masked, unless somebody who may asks otherwise: that is logged here and in intake."""
        return _filled(services, body, number)

    @blp.route("/forms/blank", methods=["GET"])
    @blp.arguments(BlankQuerySchema, location="query")
    @blp.response(200, content_type=MEDIA_TYPE)
    def read_blank_form(query: dict[str, Any]) -> Response:
        """A form with empty lines as .docx, to be filled in by hand or sent along with a letter."""
        policy = policy_to_print(services.books, query["policy"], query["version"], business_now())
        return _download(blank_form(policy, query["form"], query["language"]), f"{policy.code}-{query['form']}")

    return blp


def _filled(services: Services, body: dict[str, Any], number: str) -> Response:
    caller = current_principal()
    if body["unmasked"] and not caller.roles & _MAY_UNMASK:
        raise Problem(403, "role-missing", "This role may not do that")
    with services.database.read() as session:
        dossier = visible(session, number)
    person = _opened(services, dossier.demand["customer_number"]) if body["unmasked"] else None
    policy = policy_of(dossier, services.books)
    staff = _staff(services, dossier, policy)
    with services.database.read() as session:
        raw = fill_form(session, dossier, body["form"], policy=policy, person=person, staff=staff)
    event = "form_filled_unmasked" if body["unmasked"] else "form_filled"
    log.info(event, number=number, kind=body["form"], actor=caller.scope)
    return _download(raw, f"{body['form']}-{dossier.demand['demand_id']}")


def _download(raw: bytes, name: str) -> Response:
    answer = Response(raw, mimetype=MEDIA_TYPE)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.docx"'
    return answer


def _staff(services: Services, dossier: Dossier, policy: Policy) -> dict[str, str]:
    """Full names where the policy shows them; while triage is away the masked ones stand."""
    try:
        return full_names(dossier, policy, services.staff.open)
    except Unreachable:
        log.warning("staff_name_unreachable", number=dossier.demand["number"])
        return {}


def _opened(services: Services, customer_number: str) -> Person:
    try:
        return services.vault.open(customer_number, purpose="form") or Person()
    except Unreachable:
        raise unavailable("contact-unreachable") from None
