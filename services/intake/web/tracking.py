"""/t/<token>: a demand as its customer follows it, and what the customer says there; the link is all the proof."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, redirect, request
from marshmallow import ValidationError
from sqlalchemy.orm import Session

from services.intake.domain import tokens
from services.intake.domain.records import DemandRow
from services.intake.schemas.answers import ConfirmationSchema, SupplementSchema, WithdrawalSchema
from services.intake.store import answers, demands
from services.intake.usecases.confirm_demand import confirm
from services.intake.usecases.services import Services
from services.intake.usecases.supplement_demand import supplement
from services.intake.usecases.withdraw_demand import withdraw
from shared.clock import business_now, system_now
from shared.http.body import takes
from shared.http.idempotency import Claim, StoredAnswer, content_hash, once
from shared.http.problems import Problem, errors_of
from shared.logging import get_logger
from shared.policies.model import Policy
from shared.refused import Refused
from shared.text import unsafe_character
from shared.web.language import language
from shared.web.pages import render

log = get_logger()
BY = "customer"
_FORM = "application/x-www-form-urlencoded"
Work = Callable[[Session, DemandRow, Policy], None]


def blueprint(services: Services) -> Blueprint:
    """The tracking pages over one set of services."""
    blp = Blueprint("tracking", __name__)

    @blp.route("/t/<string:token>", methods=["GET"])
    def show_tracking(token: str) -> Response:
        """Where a demand stands, what was promised, what is asked, what came out."""
        return _page(services, _demand(services, token), token)

    @blp.route("/t/<string:token>/supplement", methods=["POST"])
    @takes(_FORM, "multipart/form-data")
    def send_supplement(token: str) -> Response:
        """What the customer adds."""

        def work(session: Session, demand: DemandRow, policy: Policy) -> None:
            report = SupplementSchema().load({"description": request.form.get("description", "")})
            supplement(
                session, demand, report, by=BY, installed=services.rules, vault=services.vault, now=business_now()
            )

        return _said(services, token, "supplement", work)

    @blp.route("/t/<string:token>/answer", methods=["POST"])
    @takes(_FORM, "multipart/form-data")
    def send_answer(token: str) -> Response:
        """Whether the result satisfies, with the signature where the policy asks for one."""

        def work(session: Session, demand: DemandRow, policy: Policy) -> None:
            answer = ConfirmationSchema().load(_answer(policy))
            confirm(session, demand, answer, by=BY, installed=services.rules, vault=services.vault, now=business_now())

        return _said(services, token, "answer", work)

    @blp.route("/t/<string:token>/withdraw", methods=["POST"])
    @takes(_FORM, "multipart/form-data")
    def send_withdrawal(token: str) -> Response:
        """The customer takes the demand back."""

        def work(session: Session, demand: DemandRow, policy: Policy) -> None:
            reason = WithdrawalSchema().load({"reason": request.form.get("reason") or None})["reason"]
            withdraw(session, demand, reason, installed=services.rules, vault=services.vault, now=business_now())

        return _said(services, token, "withdraw", work)

    return blp


def _answer(policy: Policy) -> dict[str, Any]:
    """The body of POST .../confirmation that the form stands for."""
    form = request.form
    name = (form.get("name") or "").strip()
    satisfied = {one.code for one in policy.feedback.levels if one.satisfied}
    signs = policy.feedback.signature == "always" or (
        policy.feedback.signature == "if_satisfied" and form.get("satisfaction") in satisfied
    )
    return {
        "satisfaction": form.get("satisfaction") or None,
        "opinion": form.get("opinion") or None,
        "cycle": int(form["cycle"]) if form.get("cycle", "").isdigit() else None,
        "signature": {"name": name, "method": "electronic"} if signs and name else None,
    }


def _said(services: Services, token: str, what: str, work: Work) -> Response:
    """Do it once, then show the page again; what is wrong stands in the part it is about, with what was typed."""
    found = _demand(services, token)
    if any(unsafe_character(text) for text in request.form.values()):
        return _page(services, found, token, part=what, error="unsafe", status=422)
    try:
        tokens.check_form(services.vault.token_key, found["id"], request.form.get("form", ""), system_now())
    except tokens.BadToken:
        return _page(services, found, token, part=what, error="stale", status=422)

    def locked(session: Session) -> StoredAnswer:
        demand = demands.locked(session, found["id"])
        if demand is None:
            raise Problem(404, "not-found", "There is nothing here")
        work(session, demand, services.rules.pinned(demand.policy, demand.policy_version))
        return StoredAnswer(200, {}, {}, f"demand/{demand.id}")

    content = content_hash(dict(request.form))
    try:
        once(services.database, locked, natural=[Claim(f"tracking:{found['id']}", f"{what}:{content}", content)])
    except ValidationError as error:
        code = next(iter(errors_of(error.messages)), {"code": "other"})["code"]
        return _page(services, found, token, part=what, error=code, status=422)
    except Refused as refusal:
        return _page(services, found, token, part=what, error=refusal.code, status=refusal.status)
    log.info("tracking_used", number=found["number"], verb=what)
    return redirect(f"{request.script_root}/t/{token}?done={what}", 303)  # type: ignore[return-value]


def _demand(services: Services, token: str) -> dict[str, Any]:
    try:
        demand_id = tokens.demand_of(services.vault.token_key, token, system_now())
    except tokens.ExpiredToken:
        raise Problem(410, "link-expired", "This link has expired") from None
    except tokens.BadToken:
        raise Problem(404, "not-found", "There is nothing here") from None
    with services.database.read() as session:
        row = demands.find(session, demand_id)
        if row is None:
            raise Problem(404, "not-found", "There is nothing here")
        row["answered"] = answers.is_answered(session, row["id"], row["cycle"])
    return row


def _page(
    services: Services,
    demand: Mapping[str, Any],
    token: str,
    *,
    part: str | None = None,
    error: str | None = None,
    status: int = 200,
) -> Response:
    policy = services.rules.pinned(demand["policy"], demand["policy_version"])
    actions = policy.status(demand["status_code"]).actions
    asks = {one.name: one.ask.in_language(language()) for one in policy.quality.required}
    wanted = demand["waiting_for"] or {"missing": [], "vague": [], "text": None}
    return render(
        "tracking.html",
        status,
        demand=demand,
        policy=policy,
        token=token,
        form=tokens.form(services.vault.token_key, demand["id"], system_now()),
        asked=[asks.get(name, name) for name in wanted["missing"]],
        asked_text=wanted.get("text"),
        part=part,
        error=error,
        typed=request.form if part else {},
        may={
            "supplement": demand["status"] not in ("completed", "closed") and demand["withdrawn_at"] is None,
            "answer": demand["status"] == "completed" and not demand["answered"],
            "withdraw": "withdraw" in actions and demand["withdrawn_at"] is None,
        },
        new="new" in request.args,
        done=request.args.get("done"),
        address=f"{services.root_url}/t/{token}",
    )
