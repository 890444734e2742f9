"""/desk: staff find the customer first, see what is known, and write the demand down while they talk."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, redirect, request
from sqlalchemy.orm import Session

from services.intake.domain import attachments as files
from services.intake.domain import desk, questions, tokens, web_form
from services.intake.domain.questions import Section
from services.intake.domain.records import ChannelRow, CustomerRow
from services.intake.store import channels, customers
from services.intake.usecases.brief import brief
from services.intake.usecases.find_customers import find
from services.intake.usecases.keep_customer import opened
from services.intake.usecases.services import Services
from services.intake.usecases.take_report import DESK_KINDS, channel_of_desk
from services.intake.web import filled
from services.intake.web.chosen import chosen, file_rows, others
from services.intake.web.filled import NotTaken, Wrong
from shared.clock import business_now, system_now
from shared.http.body import UPLOADS_LIMIT, takes
from shared.http.idempotency import Claim, content_hash
from shared.http.principal import current_principal
from shared.http.problems import Problem
from shared.policies.model import Policy
from shared.text import clean_text, unsafe_character
from shared.web.language import language
from shared.web.pages import render

_MOST_CHANNELS, _LONGEST = 100, 254
_OWN = frozenset({"form", "channel", "customer", "as_it_is", "consent"})
TOKEN = "desk"  # noqa: S105 - what the token is for


def blueprint(services: Services) -> Blueprint:
    """The desk over one set of services."""
    blp = Blueprint("desk", __name__)

    @blp.route("/desk", methods=["GET"])
    def show_desk() -> Response:
        """Who is on the line?"""
        return _start(services, request.args.get("channel"))

    @blp.route("/desk/find", methods=["POST"])
    @takes("application/x-www-form-urlencoded")
    def find_at_desk() -> Response:
        """The customer whose phone, mail or number was typed; nobody: a new one, with what was typed."""
        return _found(services, request.form.get("channel", ""), clean_text(request.form.get("who", "")))

    @blp.route("/desk/record", methods=["GET"])
    def show_record() -> Response:
        """What is known of the customer, and an empty record."""
        channel, customer = _channel(services, request.args), request.args.get("customer")
        return _record(services, channel, customer, {}, Wrong())

    @blp.route("/desk/record", methods=["POST"])
    @takes("application/x-www-form-urlencoded", "multipart/form-data", limit=UPLOADS_LIMIT)
    def send_record() -> Response:
        """The demand; or the record again with what is wrong beside each field."""
        return _taken(services, _channel(services, request.form), request.form.get("customer") or None)

    return blp


def _start(services: Services, code: str | None, *, wrong: str | None = None) -> Response:
    with services.database.read() as session:
        known = channels.of_kinds(session, DESK_KINDS, _MOST_CHANNELS)
    rows = [(one, services.rules.effective(one.policy, business_now())) for one in known]
    return render("desk.html", 422 if wrong else 200, here="/desk", rows=rows, chosen=code, wrong=wrong)


def _found(services: Services, code: str, who: str) -> Response:
    """Exactly one is whom it is; others may be, which whoever asks the caller judges; nobody is a new one."""
    channel = _channel(services, {"channel": code})
    if unsafe_character(who) or len(who) > _LONGEST:
        return _start(services, channel.code, wrong="unsafe")
    wanted = desk.looked_for(who)
    with services.database.read() as session:
        found = [] if "new" in request.form else find(session, wanted, services.vault)
    exact = [one for one in found if one.match == "exact"]
    if len(exact) == 1:
        address = f"{request.script_root}/desk/record?channel={channel.code}&customer={exact[0].row.number}"
        return redirect(address, 303)  # type: ignore[return-value]
    if found:
        return render("desk_found.html", here=f"/desk?channel={channel.code}", channel=channel, found=found, who=who)
    name = next((f"customer.{part}" for part in ("phone", "email", "name") if getattr(wanted, part)), None)
    return _record(services, channel, None, {name: [who]} if name else {}, Wrong(), unknown=bool(who))


def _taken(services: Services, channel: ChannelRow, customer: str | None) -> Response:
    typed: dict[str, list[str]] = {}
    try:
        typed = filled.typed(_OWN)
        tokens.check_form(services.vault.token_key, TOKEN, request.form.get("form", ""), system_now())
        policy, asked, _ = _asked(services, channel, customer)
        body = desk.body(policy, asked, typed, language())
        if customer:
            body.setdefault("customer", {})["number"] = customer
        answer = filled.take(
            services,
            body,
            asked=questions.applying(asked, typed),
            wanting=web_form.wanting(policy, asked, typed),
            as_it_is="as_it_is" in request.form,
            channel_of=channel_of_desk(channel.code),
            once=lambda: _once(channel, body),
            consent="handling" if "consent" in request.form else None,
            taken_by=current_principal().scope,
        )
    except tokens.BadToken:
        return _record(services, channel, customer, typed, Wrong({"": "form.stale"}))
    except NotTaken as refusal:
        typed = typed or {name: request.form.getlist(name) for name in request.form}
        return _record(services, channel, customer, typed, refusal.wrong)
    return redirect(f"{request.script_root}/desk/demands/{answer.body['number']}?new=1", 303)  # type: ignore[return-value]


def _once(channel: ChannelRow, body: Mapping[str, Any]) -> Claim:
    """The same record sent twice is one demand."""
    content = content_hash([body, channel.code, files.content_of(chosen())])
    return Claim(f"desk:{current_principal().id}", f"{request.form['form']}:{content}", content)


def _record(
    services: Services,
    channel: ChannelRow,
    customer: str | None,
    typed: Mapping[str, Any],
    wrong: Wrong,
    *,
    unknown: bool = False,
) -> Response:
    policy, asked, row = _asked(services, channel, customer)
    with services.database.read() as session:
        told = brief(session, row, policy=None, subject=None, rules=services.rules, now=business_now()) if row else None
    names = questions.names(asked)
    return render(
        "desk_record.html",
        422 if wrong.errors else 200,
        here=f"/desk/record?channel={channel.code}" + (f"&customer={customer}" if customer else ""),
        channel=channel,
        policy=policy,
        plain=asked[0],
        more=asked[1],
        customer=row,
        told=told,
        unknown=unknown,
        typed=typed,
        errors=wrong.errors,
        files=file_rows(wrong.errors),
        elsewhere=others(wrong.errors, names),
        lacking=wrong.lacking,
        consented="consent" in request.form,
        token=tokens.form(services.vault.token_key, TOKEN, system_now()),
    )


def _asked(
    services: Services, channel: ChannelRow, customer: str | None
) -> tuple[Policy, tuple[Section, Section], CustomerRow | None]:
    """The policy in force, what is asked under it, and the customer who was found; Problem 404 for a wrong number."""
    policy = services.rules.effective(channel.policy, business_now())
    known: dict[str, str] = {}
    row = None
    if customer is not None:
        with services.database.read() as session:
            row = _customer(session, customer)
            known = desk.known_of(opened(row, services.vault).contact, row)
    return policy, desk.sections(policy, channel.form, known), row


def _customer(session: Session, number: str) -> CustomerRow:
    found = customers.by_number(session, number)
    if found is None:
        raise Problem(404, "not-found", "There is nothing here")
    return found


def _channel(services: Services, given: Mapping[str, str]) -> ChannelRow:
    with services.database.read() as session:
        found = channels.by_code(session, given.get("channel", ""))
    if found is None or found.kind not in DESK_KINDS:
        raise Problem(404, "not-found", "There is nothing here")
    return found
