"""POST /api/v1/demands/{number}/{action}: everything that people and departments do about a demand."""

from collections.abc import Callable
from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from services.triage import events
from services.triage.domain.records import CaseRow
from services.triage.schemas.actions.parts import Loaded
from services.triage.schemas.actions.registry import SCHEMAS
from services.triage.schemas.demand import ActionAnswerSchema
from services.triage.usecases.act import Caller, act
from services.triage.usecases.services import Services
from shared.clock import business_now
from shared.http.blueprint import Blueprint
from shared.http.conditional import check_if_match, etag
from shared.http.idempotency import StoredAnswer, once, respond
from shared.http.principal import current_principal
from shared.logging import get_logger
from shared.refused import Refused

log = get_logger()


def blueprint(services: Services) -> Blueprint:
    """One operation per action over one set of services; its id is the action's name, such as `plan_demand`."""
    blp = Blueprint("actions", __name__, url_prefix="/api/v1/demands", description="What is done about a demand")
    for action, schema in SCHEMAS.items():
        view: Callable[..., Response] = _view(services, action, (schema.__doc__ or "").strip())
        with_answer = blp.response(200, ActionAnswerSchema)(view)
        with_body = blp.arguments(schema, required=any(field.required for field in schema().fields.values()))
        blp.route(f"/<string:number>/{schema.path or action}", methods=["POST"])(with_body(with_answer))
    return blp


def caller_of_request() -> Caller:
    """Who asks, and the department that the caller acts for; people of none see and act for all."""
    caller = current_principal()
    department = (caller.department or "") if caller.kind == "department" else caller.department
    return Caller(caller.scope, department, caller.roles)


def _view(services: Services, action: str, summary: str) -> Callable[..., Response]:
    def perform(loaded: Loaded, number: str, **about: str) -> Response:
        caller = caller_of_request()

        def check(case: CaseRow) -> None:
            check_if_match(case.version, required=False)
            if loaded.expected_version is not None and loaded.expected_version != case.version:
                raise Refused("version-stale", "The demand has changed since", 412, about=case.id)

        def work(session: Session) -> StoredAnswer:
            case = act(
                session, number, action, loaded.said(**about), caller=caller, books=services.books, now=business_now(),
                check=check,
            )  # fmt: skip
            policy = services.books.policies.pinned(case.policy, case.policy_version)
            body: dict[str, Any] = {
                "number": case.number,
                "status": events.status_of(policy, case),
                "version": case.version,
            }
            return StoredAnswer(200, body, {"ETag": etag(case.version)}, f"demand/{case.id}")

        answer = once(services.database, work)
        log.info("demand_acted", number=answer.body["number"], verb=action, actor=caller.scope)
        return respond(answer)

    perform.__name__ = f"{action.replace('-', '_')}_demand"
    perform.__doc__ = summary
    return perform
