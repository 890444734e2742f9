"""/desk/demands/<number>: what to say to the customer now, what is lacking, and what was said since."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, redirect, request
from marshmallow import ValidationError
from sqlalchemy.orm import Session

from services.intake.domain import attachments as files
from services.intake.domain import desk, details, tokens, tracking, web_form
from services.intake.domain.communications import KINDS
from services.intake.domain.facts import facts
from services.intake.domain.questions import Question, Section
from services.intake.domain.records import DemandRow
from services.intake.schemas.answers import SupplementSchema
from services.intake.schemas.communications import CommunicationSchema
from services.intake.store import answers, attachments, changes, communications, customers, demands
from services.intake.usecases.attach import open_attachment
from services.intake.usecases.keep_customer import opened
from services.intake.usecases.open_contact import open_contact
from services.intake.usecases.record_communication import Recorder, record
from services.intake.usecases.redirect import meant
from services.intake.usecases.services import Services
from services.intake.usecases.supplement_demand import supplement
from services.intake.web import desk_answers, filled
from services.intake.web.chosen import chosen, file_rows
from services.intake.web.filled import NotTaken, Wrong
from shared import context
from shared.clock import business_now, system_now
from shared.http.body import UPLOADS_LIMIT, takes
from shared.http.downloads import download
from shared.http.idempotency import Claim, StoredAnswer, content_hash, once
from shared.http.principal import current_principal
from shared.http.problems import Problem, errors_of
from shared.logging import get_logger
from shared.policies.model import Policy
from shared.policies.parts import Text
from shared.refused import Refused
from shared.web.language import language
from shared.web.pages import local, render

log = get_logger()
_TALKS = 20
_ADDED = Question("description", Text("补充内容", "What to add"), "long_text")
_OWN = frozenset({"form"})
Row = Mapping[str, Any]


def blueprint(services: Services) -> Blueprint:
    """The desk's page of one demand."""
    blp = Blueprint("desk_demand", __name__)

    @blp.route("/desk/demands/<string:number>", methods=["GET"])
    def show_desk_demand(number: str) -> Response:
        """What to say and to ask now, where the demand stands, what was said."""
        return _page(services, _demand(services, number))

    @blp.route("/desk/demands/<string:number>/<string:verb>", methods=["POST"])
    @takes("application/x-www-form-urlencoded", "multipart/form-data", limit=UPLOADS_LIMIT)
    def send_desk_words(number: str, verb: str) -> Response:
        """What the customer adds, or a talk about the demand."""
        if verb not in _VERBS:
            raise Problem(404, "not-found", "There is nothing here")
        return _said(services, _demand(services, number), verb)

    @blp.route("/desk/demands/<string:number>/contact", methods=["POST"])
    @takes("application/x-www-form-urlencoded")
    def open_desk_contact(number: str) -> Response:
        """How to reach the customer, opened for a call; who opened it is kept."""
        demand, reader = _demand(services, number), current_principal().scope
        with services.database.write() as session:
            found = open_contact(
                session, demand["customer_number"], purpose="call", reader=reader,
                request_id=context.current().request_id, vault=services.vault, now=system_now(),
            )  # fmt: skip
        log.info("contact_opened", customer_number=demand["customer_number"], actor=reader, reason="call")
        return _page(services, demand, contact=found or {})

    @blp.route("/desk/demands/<string:number>/files/<string:attachment>", methods=["GET"])
    def open_desk_file(number: str, attachment: str) -> Response:
        """A file, saved under its own name; who opened it is kept."""
        demand, reader = _demand(services, number), current_principal().scope
        with services.database.write() as session:
            found = open_attachment(
                session, demand["id"], attachment, reader=reader, request_id=context.current().request_id,
                vault=services.vault, now=system_now(),
            )  # fmt: skip
        if found is None:
            raise Problem(404, "not-found", "There is nothing here")
        log.info("attachment_opened", number=number, attachment_id=attachment, actor=reader)
        return download(found.content, name=found.name, media_type=found.media_type)

    return blp


def _demand(services: Services, number: str) -> dict[str, Any]:
    with services.database.read() as session:
        row = demands.find(session, number)
    if row is None:
        raise Problem(404, "not-found", "There is nothing here")
    return row


def _page(
    services: Services,
    demand: Row,
    *,
    wrong: tuple[str, Wrong] | None = None,
    typed: Mapping[str, Any] | None = None,
    contact: Mapping[str, str | None] | None = None,
) -> Response:
    policy = services.rules.pinned(demand["policy"], demand["policy_version"])
    with services.database.read() as session:
        talks = communications.page(session, demand["id"], after=None, limit=_TALKS)
        kept = attachments.of_demand(session, demand["id"])
        asked = changes.of_demand(session, demand["id"])
        answered = answers.is_answered(session, demand["id"], demand["cycle"], late=demand["status"] == "closed")
    return render(
        "desk_demand.html",
        422 if wrong else 200,
        here=f"/desk/demands/{demand['number']}",
        demand=demand,
        policy=policy,
        at_hand=_at_hand(services, demand, policy),
        lacking=_lacking(policy, demand),
        talks=talks,
        attachments=kept,
        may=tracking.ways(policy, demand, answered=answered),
        to_answer=tracking.to_answer(asked, demand["status"]),
        files=file_rows(wrong[1].errors if wrong else {}),
        ways=_ways(policy),
        contact=contact,
        part=wrong[0] if wrong else None,
        errors=wrong[1].errors if wrong else {},
        typed=typed or {},
        new="new" in request.args,
        done=request.args.get("done"),
        address=services.tracking_url(demand["id"], demand["received_at"]),
        token=tokens.form(services.vault.token_key, demand["id"], system_now()),
    )


def _at_hand(services: Services, demand: Row, policy: Policy) -> desk.AtHand:
    with services.database.read() as session:
        customer = opened(customers.by_number(session, demand["customer_number"]), services.vault)  # type: ignore[arg-type]
    said = details.reported(demand["description"], demand["details"])
    seen = facts(
        said,
        demand["channel_kind"],
        customer.contact,
        row=customer.row,
        known_customer=demand["details"].get("known_customer", False),
        before=demand["details"].get("given", ()),
    )
    due = demand["first_response_by"]
    quality = demand["quality"]
    return desk.at_hand(
        policy, seen, [*quality["missing"], *quality["vague"]], number=demand["number"], due=local(due) if due else None
    )


def _lacking(policy: Policy, demand: Row) -> tuple[Question, ...]:
    """What is asked for in the place where it belongs, and room for all else."""
    wanted = {*demand["quality"]["missing"], *demand["quality"]["vague"]} - {"description"}
    return (*(one for one in desk.every(policy) if one.name in wanted), _ADDED)


def _ways(policy: Policy) -> list[tuple[str, Text | None]]:
    """Ways of talking: the policy's own, then those that need no word in it."""
    own = [(one.code, one.label) for one in policy.channels]
    taken = {one.kind for one in policy.channels} | {code for code, _ in own}
    return [*own, *((kind, None) for kind in KINDS if kind not in taken)]


def _said(services: Services, demand: Row, verb: str) -> Response:
    """Do it once, then the page again; what is wrong stands beside its field with what was typed."""
    typed: dict[str, list[str]] = {}

    def locked(session: Session) -> StoredAnswer:
        row = demands.locked(session, demand["id"])
        if row is None:
            raise Problem(404, "not-found", "There is nothing here")
        _VERBS[verb](services, session, row, typed)
        return StoredAnswer(200, {}, {}, f"demand/{row.id}")

    try:
        typed = filled.typed(_OWN)
        tokens.check_form(services.vault.token_key, demand["id"], request.form.get("form", ""), system_now())
        content = content_hash([typed, request.form["form"], files.content_of(chosen())])
        once(services.database, locked, natural=[Claim(f"desk:{demand['id']}", f"{verb}:{content}", content)])
    except tokens.BadToken:
        return _page(services, demand, wrong=(verb, Wrong({"": "form.stale"})), typed=typed)
    except NotTaken as refusal:
        kept = {name: request.form.getlist(name) for name in request.form if name not in _OWN}
        return _page(services, demand, wrong=(verb, refusal.wrong), typed=kept)
    except ValidationError as error:
        return _page(services, demand, wrong=(verb, Wrong(filled.beside(errors_of(error.messages)))), typed=typed)
    except Refused as refusal:
        errors = filled.beside(refusal.errors) or {"": refusal.code}
        return _page(services, demand, wrong=(verb, Wrong(errors)), typed=typed)
    log.info("desk_used", number=demand["number"], verb=verb, actor=current_principal().scope)
    return redirect(f"{request.script_root}/desk/demands/{demand['number']}?done={verb}", 303)  # type: ignore[return-value]


def _supplement(services: Services, session: Session, demand: DemandRow, typed: Mapping[str, list[str]]) -> None:
    policy = services.rules.pinned(demand.policy, demand.policy_version)
    body = web_form.said([Section("added", Text("", ""), desk.every(policy))], typed, language())
    body.pop("language")
    words = replace(SupplementSchema().load(body), attachments=chosen())
    supplement(
        session, meant(session, demand), words, by=current_principal().scope, speaker=demand.customer_id,
        installed=services.rules, vault=services.vault, now=business_now(),
    )  # fmt: skip


def _talk(services: Services, session: Session, demand: DemandRow, typed: Mapping[str, list[str]]) -> None:
    policy = services.rules.pinned(demand.policy, demand.policy_version)
    plain = {name: texts[0] for name, texts in typed.items() if texts and texts[0].strip()}
    now = business_now()
    at = desk.with_zone(plain["occurred_at"], policy.time_zone) if "occurred_at" in plain else now.isoformat()
    body = {**plain, "occurred_at": at, "answered": "answered" in plain}
    recorder = Recorder(current_principal().scope, True, services.rules, services.vault, now)
    record(session, demand, CommunicationSchema().load(body), recorder)


_VERBS: dict[str, Callable[[Services, Session, DemandRow, Mapping[str, list[str]]], None]] = {
    "supplement": _supplement,
    "talk": _talk,
    "answer": desk_answers.answer,
    "change": desk_answers.change,
    "withdraw": desk_answers.take_back,
}
