"""/ and /f/<channel>: the forms of the channels, filled in without JavaScript as well."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from io import BytesIO
from typing import Any

import segno
from flask import Blueprint, Response, redirect, request
from marshmallow import ValidationError
from sqlalchemy.orm import Session

from services.intake.domain import attachments as files
from services.intake.domain import tokens, web_form
from services.intake.domain.records import ChannelRow
from services.intake.domain.report import Report
from services.intake.domain.web_form import Section
from services.intake.schemas.demand import DemandSchema
from services.intake.store import channels
from services.intake.usecases.services import Services
from services.intake.usecases.take_report import create
from services.intake.web import printed
from services.intake.web.chosen import ACCEPT, any_chosen, chosen
from shared.clock import business_now, system_now
from shared.http.body import UPLOADS_LIMIT, takes
from shared.http.idempotency import Claim, StoredAnswer, content_hash
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
_CONSENT = "consent"
_OWN = frozenset({"form", _TRAP, "as_it_is", "lang", _CONSENT})
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
    @takes("application/x-www-form-urlencoded", "multipart/form-data", limit=UPLOADS_LIMIT)
    def send_form(code: str) -> Response:
        """A filled form: a demand, or the form again with what is wrong beside each field and all that was typed."""
        return _taken(services, _channel(services, code))

    @blp.route("/f/<string:code>/print", methods=["GET"])
    def show_printed_form(code: str) -> Response:
        """The form on paper: blank, with filling rules and the QR code of the online one."""
        channel = _channel(services, code)
        return printed.page(services, channel, *_form(services, channel))

    @blp.route("/f/<string:code>/qr.svg", methods=["GET"])
    def show_form_code(code: str) -> Response:
        """The QR code that leads to a form, for paper, exhibitions and partners."""
        channel = _channel(services, code)
        drawn = segno.make(services.form_url(channel.code), error="m")
        image = BytesIO()
        drawn.save(image, kind="svg", scale=6, border=4)
        return Response(image.getvalue(), mimetype="image/svg+xml")

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
    if _CONSENT not in request.form:
        return _page(services, channel, typed, {_CONSENT: "consent"}, status=422)
    policy, form = _form(services, channel)
    body = web_form.body(policy, form, typed, language())
    try:
        report = replace(DemandSchema().load(body), attachments=chosen())
        answer = _accepted(services, channel, report, [_once(channel, body, report)])
    except ValidationError as error:
        return _page(services, channel, typed, _beside(errors_of(error.messages)), status=422)
    except Refused as refusal:
        lacking = refusal.code == "demand-incomplete"
        return _page(services, channel, typed, _beside(refusal.errors), status=422, lacking=lacking)
    return redirect(f"{answer.body['tracking_url'].removeprefix(services.root_url)}?new=1", 303)  # type: ignore[return-value]


def _accepted(services: Services, channel: ChannelRow, report: Report, names: Sequence[Claim]) -> StoredAnswer:
    """Strict about what the form asks; what it does not ask for nobody can fill in here, and it comes later."""
    policy, form = _form(services, channel)
    asked = _names(web_form.sections(policy, form))

    def taken(strict: bool) -> StoredAnswer:
        return create(
            services, report, strict=strict, channel_of=lambda session: _still(session, channel), names=names,
            consent=web_form.purpose(form),
        )  # fmt: skip

    try:
        return taken("as_it_is" not in request.form)
    except Refused as refusal:
        if refusal.code != "demand-incomplete" or asked & set(_beside(refusal.errors)):
            raise
        return taken(False)


def _names(sections: Sequence[Section]) -> set[str]:
    return {one.name for section in sections for one in section.questions}


def _once(channel: ChannelRow, body: Mapping[str, Any], report: Report) -> Claim:
    """The same form sent twice with the same content is one demand."""
    content = content_hash([body, files.content_of(report.attachments)])
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
    asked = _names(sections) | {_CONSENT}
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
        accept=ACCEPT,
        files_again=bool(errors) and any_chosen(),
        consented=_CONSENT in request.form,
        contact=services.privacy_contact,
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
    found = [one for one in policy.forms if web_form.asks_something(policy, one)]
    if not found:
        raise Problem(404, "not-found", "There is nothing here")
    return policy, next((one for one in found if one.code == channel.form), found[0])
