"""/ and /f/<channel>: the forms of the channels, filled in without JavaScript as well."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import segno
from flask import Blueprint, Response, redirect, request
from sqlalchemy.orm import Session

from services.intake.domain import attachments as files
from services.intake.domain import questions, tokens, web_form
from services.intake.domain.questions import Section, Typed
from services.intake.domain.records import ChannelRow
from services.intake.store import channels
from services.intake.usecases.services import Services
from services.intake.web import filled, printed
from services.intake.web.chosen import chosen, file_rows, others
from services.intake.web.filled import NotTaken, Wrong
from services.intake.web.invited import FIELD, Invited, invited
from shared.clock import business_now, system_now
from shared.http.body import UPLOADS_LIMIT, takes
from shared.http.idempotency import Claim, StoredAnswer, content_hash
from shared.http.problems import Problem
from shared.logging import get_logger
from shared.policies.forms import Form
from shared.policies.model import Policy
from shared.web.language import language
from shared.web.pages import render

log = get_logger()
_MOST_FORMS = 50
_TRAP = "website"
_CONSENT = "consent"
_OWN = frozenset({"form", _TRAP, "as_it_is", "lang", _CONSENT, FIELD})


@dataclass(frozen=True)
class _Asked:
    """A form before whoever fills it in."""

    channel: ChannelRow
    policy: Policy
    form: Form
    by: Invited

    @property
    def sections(self) -> tuple[Section, ...]:
        """What is asked: of somebody whom we know, only what we do not know."""
        parts = questions.settled(web_form.sections(self.policy, self.form), self.by.known)
        return tuple(left for part in parts if (left := part.without(self.by.known)).questions)


def blueprint(services: Services) -> Blueprint:
    """The forms over one set of services."""
    blp = Blueprint("forms", __name__)

    @blp.route("/", methods=["GET"])
    def list_forms() -> Response:
        """The forms that anybody may fill in."""
        with services.database.read() as session:
            found = channels.with_form(session, _MOST_FORMS)
        return render("forms.html", rows=[(channel, _form(services, channel)[1]) for channel in found])

    @blp.route("/f/<string:code>", methods=["GET"])
    def show_form(code: str) -> Response:
        """An empty form."""
        return _page(services, _asked(services, code), {}, Wrong())

    @blp.route("/f/<string:code>", methods=["POST"])
    @takes("application/x-www-form-urlencoded", "multipart/form-data", limit=UPLOADS_LIMIT)
    def send_form(code: str) -> Response:
        """A filled form: a demand, or the form again with what is wrong beside each field and all that was typed."""
        return _taken(services, _asked(services, code))

    @blp.route("/f/<string:code>/qr.svg", methods=["GET"])
    def show_form_code(code: str) -> Response:
        """The QR code that leads to a form, for paper, exhibitions and partners."""
        channel = _channel(services, code)
        drawn = segno.make(services.form_url(channel.code), error="m")
        image = BytesIO()
        drawn.save(image, kind="svg", scale=6, border=4)
        return Response(image.getvalue(), mimetype="image/svg+xml")

    @blp.route("/f/<string:code>/print", methods=["GET"])
    def show_printed_form(code: str) -> Response:
        """The form on paper, blank."""
        channel = _channel(services, code)
        return printed.page(services, channel, *_form(services, channel))

    return blp


def _taken(services: Services, asked: _Asked) -> Response:
    if request.form.get(_TRAP):  # people do not see this field
        log.warning("form_trapped", channel=asked.channel.code)
        raise Problem(422, "not-a-person", "This field stays empty")
    typed = {name: request.form.getlist(name) for name in request.form if name not in _OWN}
    try:
        tokens.check_form(
            services.vault.token_key, asked.channel.code, request.form.get("form", ""), system_now()
        )  # fmt: skip
        typed = filled.typed(_OWN)
        if _CONSENT not in request.form:
            raise NotTaken(Wrong({_CONSENT: "consent"}))
        answer = _accepted(services, asked, typed)
    except tokens.BadToken:
        return _page(services, asked, typed, Wrong({"": "form.stale"}))
    except NotTaken as refusal:
        return _page(services, asked, typed, refusal.wrong)
    return redirect(f"{answer.body['tracking_url'].removeprefix(services.root_url)}?new=1", 303)  # type: ignore[return-value]


def _accepted(services: Services, asked: _Asked, typed: Typed) -> StoredAnswer:
    body = web_form.body(asked.policy, asked.form, typed, language(), asked.by.known)
    if asked.by.customer is not None:
        body.setdefault("customer", {})["number"] = asked.by.customer.number

    def still(session: Session) -> ChannelRow:
        found = channels.by_id(session, asked.channel.id)
        if found is None:
            raise Problem(404, "not-found", "There is nothing here")
        return found

    return filled.take(
        services,
        body,
        asked=questions.applying(asked.sections, typed),
        wanting=web_form.wanting(asked.policy, asked.sections, typed),
        as_it_is="as_it_is" in request.form,
        channel_of=still,
        once=lambda: _once(asked.channel, body),
        consent=web_form.purpose(asked.form),
    )


def _once(channel: ChannelRow, body: Mapping[str, Any]) -> Claim:
    """The same form sent twice with the same content is one demand."""
    content = content_hash([body, files.content_of(chosen())])
    return Claim(f"form:{channel.id}", f"{request.form['form']}:{content}", content)


def _page(services: Services, asked: _Asked, typed: Mapping[str, Sequence[str]], wrong: Wrong) -> Response:
    sections = asked.sections
    names = questions.names(sections) | {_CONSENT}
    return render(
        "form.html",
        422 if wrong.errors else 200,
        channel=asked.channel,
        policy=asked.policy,
        form=asked.form,
        campaign=asked.by.campaign,
        to=asked.by.token,
        sections=sections,
        typed=typed,
        errors=wrong.errors,
        elsewhere=others(wrong.errors, names),
        lacking=wrong.lacking,
        files=file_rows(wrong.errors),
        consented=_CONSENT in request.form,
        contact=services.privacy_contact,
        token=tokens.form(services.vault.token_key, asked.channel.code, system_now()),
    )


def _asked(services: Services, code: str) -> _Asked:
    channel = _channel(services, code)
    return _Asked(channel, *_form(services, channel), invited(services, channel))


def _channel(services: Services, code: str) -> ChannelRow:
    with services.database.read() as session:
        found = channels.by_code(session, code)
    if found is None or found.form is None:
        raise Problem(404, "not-found", "There is nothing here")
    return found


def _form(services: Services, channel: ChannelRow) -> tuple[Policy, Form]:
    """The policy in force and the channel's form there; one that a new version dropped: that version's first."""
    policy = services.rules.effective(channel.policy, business_now())
    found = [one for one in policy.forms if web_form.asks_something(policy, one)]
    if not found:
        raise Problem(404, "not-found", "There is nothing here")
    return policy, next((one for one in found if one.code == channel.form), found[0])
