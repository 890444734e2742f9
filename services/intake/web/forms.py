"""/ and /f/<channel>: the forms of the channels, filled in without JavaScript as well."""

from collections.abc import Mapping, Sequence
from typing import Any

import segno
from flask import Blueprint, Response, redirect, request
from marshmallow import ValidationError
from sqlalchemy.orm import Session

from services.intake.domain import tokens, web_form
from services.intake.domain.records import ChannelRow
from services.intake.domain.web_form import Section
from services.intake.schemas.demand import DemandSchema
from services.intake.store import channels
from services.intake.usecases.services import Services
from services.intake.usecases.take_report import create
from shared.clock import business_now, system_now
from shared.http.body import UPLOAD_LIMIT, takes
from shared.http.idempotency import Claim, content_hash
from shared.http.problems import Problem, errors_of
from shared.logging import get_logger
from shared.policies.forms import Form
from shared.policies.model import Policy
from shared.refused import Refused
from shared.text import unsafe_character
from shared.web.language import language
from shared.web.pages import render

log = get_logger()
_MOST_FORMS = 50
_TRAP = "website"
_OWN = frozenset({"form", _TRAP, "as_it_is", "lang"})
Errors = Mapping[str, str]


def blueprint(services: Services) -> Blueprint:
    """The forms over one set of services."""
    blp = Blueprint("forms", __name__)

    @blp.route("/", methods=["GET"])
    def list_forms() -> Response:
        """The forms that anybody may fill in."""
        with services.database.read() as session:
            found = channels.with_form(session, _MOST_FORMS)
        rows = [(channel, *_form(services, channel)) for channel in found]
        return render("forms.html", rows=[(channel, form) for channel, _, form in rows])

    @blp.route("/f/<string:code>", methods=["GET"])
    def show_form(code: str) -> Response:
        """An empty form."""
        channel = _channel(services, code)
        return _page(services, channel, {}, {})

    @blp.route("/f/<string:code>", methods=["POST"])
    @takes("application/x-www-form-urlencoded", "multipart/form-data", limit=UPLOAD_LIMIT)
    def send_form(code: str) -> Response:
        """A filled form: a demand, or the form again with what is wrong beside each field and all that was typed."""
        return _taken(services, _channel(services, code))

    @blp.route("/f/<string:code>/qr.svg", methods=["GET"])
    def show_form_code(code: str) -> Response:
        """The QR code that leads to a form, for paper, exhibitions and partners."""
        channel = _channel(services, code)
        drawn = segno.make(f"{services.root_url}/f/{channel.code}", error="m")
        return Response(drawn.svg_inline(scale=6, border=4), mimetype="image/svg+xml")

    return blp


def _taken(services: Services, channel: ChannelRow) -> Response:
    typed = {name: request.form.getlist(name) for name in request.form if name not in _OWN}
    if request.form.get(_TRAP):  # people do not see this field
        log.warning("form_trapped", channel=channel.code)
        raise Problem(422, "not-a-person", "This field stays empty")
    key = services.vault.token_key
    try:
        tokens.check_form(key, channel.code, request.form.get("form", ""), system_now())
    except tokens.BadToken:
        return _page(services, channel, typed, {"": "form.stale"}, status=422)
    unsafe = {name: "unsafe" for name, texts in typed.items() if any(unsafe_character(text) for text in texts)}
    if unsafe:
        return _page(services, channel, typed, unsafe, status=422)
    policy, form = _form(services, channel)
    body = web_form.body(policy, form, typed, language())
    try:
        report = DemandSchema().load(body)
        answer = create(
            services,
            report,
            strict="as_it_is" not in request.form,
            channel_of=lambda session: _still(session, channel),
            names=[_once(channel, body)],
        )
    except ValidationError as error:
        return _page(services, channel, typed, _beside(errors_of(error.messages)), status=422)
    except Refused as refusal:
        lacking = refusal.code == "demand-incomplete"
        return _page(services, channel, typed, _beside(refusal.errors), status=422, lacking=lacking)
    return redirect(f"{answer.body['tracking_url'].removeprefix(services.root_url)}?new=1", 303)  # type: ignore[return-value]


def _once(channel: ChannelRow, body: Mapping[str, Any]) -> Claim:
    """The same form sent twice with the same content is one demand."""
    content = content_hash(body)
    return Claim(f"form:{channel.id}", f"{request.form['form']}:{content}", content)


def _page(
    services: Services,
    channel: ChannelRow,
    typed: Mapping[str, Sequence[str]],
    errors: Errors,
    *,
    status: int = 200,
    lacking: bool = False,
) -> Response:
    policy, form = _form(services, channel)
    sections: tuple[Section, ...] = web_form.sections(policy, form)
    asked = {one.name for section in sections for one in section.questions}
    return render(
        "form.html",
        status,
        channel=channel,
        policy=policy,
        form=form,
        sections=sections,
        typed=typed,
        errors=errors,
        elsewhere=[code for name, code in errors.items() if name not in asked],
        lacking=lacking,
        token=tokens.form(services.vault.token_key, channel.code, system_now()),
    )


def _beside(errors: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Question -> code of what is wrong with it."""
    return {web_form.place_of(one["pointer"]): one["code"] for one in reversed(errors)}


def _channel(services: Services, code: str) -> ChannelRow:
    with services.database.read() as session:
        found = channels.by_code(session, code)
    if found is None or found.form is None:
        raise Problem(404, "not-found", "There is nothing here")
    return found


def _still(session: Session, channel: ChannelRow) -> ChannelRow:
    found = channels.by_id(session, channel.id)
    if found is None:
        raise Problem(404, "not-found", "There is nothing here")
    return found


def _form(services: Services, channel: ChannelRow) -> tuple[Policy, Form]:
    """The policy in force and the channel's form there; one that a new version dropped: that version's first."""
    policy = services.rules.effective(channel.policy, business_now())
    return policy, next((one for one in policy.forms if one.code == channel.form), policy.forms[0])
