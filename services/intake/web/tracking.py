"""/t/<token>: a demand as its customer follows it, and what the customer says there; the link is all the proof."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, redirect, request
from marshmallow import ValidationError
from sqlalchemy.orm import Session

from services.intake.domain import attachments as files
from services.intake.domain import tokens, tracking
from services.intake.domain.communications import Communication
from services.intake.domain.records import DemandRow
from services.intake.schemas.answers import (
    ChangeAnswerSchema,
    ConfirmationSchema,
    SupplementSchema,
    WithdrawalSchema,
)
from services.intake.store import consents, demands
from services.intake.usecases.answer_change import answer_change
from services.intake.usecases.confirm_demand import confirm
from services.intake.usecases.record_communication import Recorder, record
from services.intake.usecases.redirect import meant
from services.intake.usecases.services import Services
from services.intake.usecases.supplement_demand import supplement
from services.intake.usecases.withdraw_demand import withdraw
from services.intake.web.chosen import chosen
from services.intake.web.filled import beside
from services.intake.web.tracked import Wrong, demand_of, page
from shared.clock import business_now, system_now
from shared.http.body import UPLOADS_LIMIT, takes
from shared.http.idempotency import Claim, StoredAnswer, content_hash, once
from shared.http.problems import Problem, errors_of
from shared.logging import get_logger
from shared.policies.model import Policy
from shared.refused import Refused
from shared.text import unsafe_character

log = get_logger()
BY = "customer"
_ADDS = "supplement"
_ASKS_FOR_COPY = "客户在跟踪页申请查阅、复制其个人信息（asks to see and copy the personal data we hold）"


def blueprint(services: Services) -> Blueprint:
    """The tracking pages over one set of services."""
    blp = Blueprint("tracking", __name__)

    @blp.route("/t/<string:token>", methods=["GET"])
    def show_tracking(token: str) -> Response:
        """Where a demand stands, what was promised, what is asked, what came out."""
        return page(services, demand_of(services, token), token)

    @blp.route("/t/<string:token>/<string:verb>", methods=["GET"])
    def show_after(token: str, verb: str) -> Response:
        """The page again, for whoever reloads the address of a form that was refused."""
        return redirect(f"{request.script_root}/t/{token}", 303)  # type: ignore[return-value]

    @blp.route("/t/<string:token>/<string:verb>", methods=["POST"])
    @takes("application/x-www-form-urlencoded", "multipart/form-data", limit=UPLOADS_LIMIT)
    def send_words(token: str, verb: str) -> Response:
        """What the customer says: a supplement, yes or no to another plan, a rating, an objection, taking it
        back; taking the consent back, asking for a copy of the data."""
        if verb not in _VERBS:
            raise Problem(404, "not-found", "There is nothing here")
        return _said(services, token, verb)

    return blp


def _said(services: Services, token: str, verb: str) -> Response:
    """Do it once, then show the page again; what is wrong stands in the part it is about, with what was typed."""
    found = demand_of(services, token)
    unsafe = next((name for name, text in request.form.items() if unsafe_character(text)), None)
    if unsafe is not None:
        return page(services, found, token, wrong=Wrong(verb, "unsafe", place=unsafe))
    try:
        tokens.check_form(services.vault.token_key, found["id"], request.form.get("form", ""), system_now())
    except tokens.BadToken:
        return page(services, found, token, wrong=Wrong(verb, "stale"))

    def locked(session: Session) -> StoredAnswer:
        demand = demands.locked(session, found["id"])
        if demand is None:
            raise Problem(404, "not-found", "There is nothing here")
        _VERBS[verb](services, session, demand)
        return StoredAnswer(200, {}, {}, f"demand/{demand.id}")

    try:
        came = files.content_of(chosen()) if verb == _ADDS else []
        content = verb if verb in _ONCE else content_hash([dict(request.form), came])
        once(services.database, locked, natural=[Claim(f"tracking:{found['id']}", f"{verb}:{content}", content)])
    except ValidationError as error:
        code = next(iter(errors_of(error.messages)), {"code": "other"})["code"]
        return page(services, found, token, wrong=Wrong(verb, code))
    except Refused as refusal:
        # Read again: what refused it, such as another result, is what the page now shows.
        place, code = next(iter(beside(refusal.errors).items()), ("", refusal.code))
        return page(services, demand_of(services, token), token, wrong=Wrong(verb, code, refusal.status, place))
    log.info("tracking_used", number=found["number"], verb=verb)
    return redirect(f"{request.script_root}/t/{token}?done={verb}", 303)  # type: ignore[return-value]


def _supplement(services: Services, session: Session, demand: DemandRow) -> None:
    said = SupplementSchema().load({"description": request.form.get("description", "")})
    words = replace(said, attachments=chosen())
    speaker, now = demand.customer_id, business_now()
    supplement(
        session, meant(session, demand), words, by=BY, speaker=speaker, installed=services.rules, vault=services.vault,
        now=now,
    )  # fmt: skip


def _change(services: Services, session: Session, demand: DemandRow) -> None:
    form = request.form
    agrees = {"yes": True, "no": False}.get(form.get("agrees", ""))
    answer = ChangeAnswerSchema().load(
        ({} if agrees is None else {"agrees": agrees}) | {"opinion": form.get("opinion"), "name": form.get("name")}
    )
    change_id, now = form.get("change", ""), business_now()
    answer_change(session, demand, change_id, answer, by=BY, vault=services.vault, now=now)


def _answer(services: Services, session: Session, demand: DemandRow) -> None:
    """Whether the result satisfies; after the closing, an objection to it."""
    policy = services.rules.pinned(demand.policy, demand.policy_version)
    answer = ConfirmationSchema().load(_answer_body(policy))
    speaker, now = demand.customer_id, business_now()
    confirm(
        session, meant(session, demand), answer, by=BY, speaker=speaker, installed=services.rules, vault=services.vault,
        now=now,
    )  # fmt: skip


def _answer_body(policy: Policy) -> dict[str, Any]:
    """The body of POST .../confirmation that the form stands for."""
    form = request.form
    name, cycle, level = (form.get("name") or "").strip(), form.get("cycle", ""), form.get("satisfaction")
    return {
        "satisfaction": level or None,
        "opinion": form.get("opinion"),
        "cycle": int(cycle) if cycle.isascii() and cycle.isdigit() else None,
        "result_sha256": form.get("result_sha256") or None,
        "signature": {"name": name, "method": "electronic"} if name and tracking.signs(policy, level) else None,
    }


def _withdraw(services: Services, session: Session, demand: DemandRow) -> None:
    reason = WithdrawalSchema().load({"reason": request.form.get("reason")})["reason"]
    withdraw(session, demand, reason, installed=services.rules, vault=services.vault, now=business_now())


def _consent(_services: Services, session: Session, demand: DemandRow) -> None:
    """Take back what was agreed to here (PIPL art. 15); the demand goes on, and what was done before stays lawful."""
    consents.withdraw_of_demand(session, demand.id, business_now())


def _copy(services: Services, session: Session, demand: DemandRow) -> None:
    """Ask to see and copy what is held (PIPL art. 45): recorded as a talk, so that the desk sees it."""
    now = business_now()
    said = Communication(now, "web", "inbound", _ASKS_FOR_COPY, answered=False)
    record(session, demand, said, Recorder(BY, False, services.rules, services.vault, now))


_VERBS: dict[str, Callable[[Services, Session, DemandRow], None]] = {
    _ADDS: _supplement,
    "change": _change,
    "answer": _answer,
    "dispute": _answer,
    "withdraw": _withdraw,
    "consent": _consent,
    "copy": _copy,
}
_ONCE = frozenset({"copy"})
"""Asked for once is enough, however often the button is pressed."""
