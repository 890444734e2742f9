"""/desk/campaigns: ask chosen customers to fill in a form, and see who has answered."""

import csv
from collections.abc import Mapping
from io import StringIO
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request
from marshmallow import ValidationError

from services.intake.domain import desk, web_form
from services.intake.domain.campaigns import CampaignRow
from services.intake.schemas.campaigns import CampaignSchema
from services.intake.store import campaigns
from services.intake.usecases.run_campaign import close_campaign, open_campaign
from services.intake.usecases.services import Services
from services.intake.usecases.write_letters import Letter, Reader, letters
from services.intake.web import filled
from services.intake.web.filled import NotTaken, Wrong
from shared import context
from shared.clock import business_now, system_now
from shared.http.body import takes
from shared.http.principal import current_principal
from shared.http.problems import Problem, errors_of
from shared.logging import get_logger
from shared.policies.parts import Text
from shared.refused import Refused
from shared.web.pages import ZONE, render, said

log = get_logger()
_MOST = 200
_NAMES = ("code", "title", "form", "closes_at", "instructions", "numbers", "kind", "industry", "tier", "value")
_COLUMNS = (
    Text("客户编号", "Number"),
    Text("姓名", "Name"),
    Text("邮箱", "Mail"),
    Text("电话", "Phone"),
    Text("链接", "Link"),
    Text("主题", "Subject"),
    Text("正文", "Letter"),
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def blueprint(services: Services) -> Blueprint:
    """The campaigns' pages over one set of services."""
    blp = Blueprint("desk_campaigns", __name__)

    @blp.route("/desk/campaigns", methods=["GET"])
    def show_campaigns() -> Response:
        """All campaigns, and a form to open one."""
        return _list(services, {}, Wrong())

    @blp.route("/desk/campaigns", methods=["POST"])
    @takes("application/x-www-form-urlencoded")
    def send_campaign() -> Response:
        """Open one."""
        return _opened(services)

    @blp.route("/desk/campaigns/<string:code>", methods=["GET"])
    def show_campaign(code: str) -> Response:
        """Who is asked, by which link, and who has answered."""
        return _one(services, code)

    @blp.route("/desk/campaigns/<string:code>/letters.csv", methods=["POST"])
    @takes("application/x-www-form-urlencoded")
    def export_letters(code: str) -> Response:
        """Letters to those who have not answered, for the company's own mail; contacts are opened on the record."""
        return _letters(services, code)

    @blp.route("/desk/campaigns/<string:code>/end", methods=["POST"])
    @takes("application/x-www-form-urlencoded")
    def send_end(code: str) -> Response:
        """Take no more answers."""
        with services.database.write() as session:
            close_campaign(session, _there(campaigns.locked(session, code)), now=business_now())
        log.info("campaign_closed", code=code, actor=current_principal().scope)
        return redirect(f"{request.script_root}/desk/campaigns/{code}", 303)  # type: ignore[return-value]

    return blp


def _list(services: Services, typed: Mapping[str, str], wrong: Wrong) -> Response:
    now = business_now()
    with services.database.read() as session:
        rows = campaigns.page(session, after=None, limit=_MOST)
    forms = [
        (policy, form)
        for policy in services.rules.in_force(now)
        for form in policy.forms
        if web_form.asks_something(policy, form)
    ]
    return render(
        "campaigns.html",
        422 if wrong.errors else 200,
        here="/desk/campaigns",
        rows=[(row, asked, answered, row.is_open(now)) for row, _, asked, answered in rows],
        forms=forms,
        typed=typed,
        errors=wrong.errors,
        may_open=bool({"lead", "manager"} & current_principal().roles),
    )


def _opened(services: Services) -> Response:
    typed: dict[str, str] = {}
    try:
        typed = {name: texts[0].strip() for name, texts in filled.typed(()).items() if name in _NAMES}
        wanted = CampaignSchema().load(_body(typed))
        with services.database.write() as session:
            row, chosen = open_campaign(
                session, wanted, by=current_principal().scope, installed=services.rules, now=business_now()
            )
    except NotTaken as refusal:
        return _list(services, typed, refusal.wrong)
    except ValidationError as error:
        return _list(services, typed, Wrong(filled.beside(errors_of(error.messages))))
    except Refused as refusal:
        return _list(services, typed, Wrong(filled.beside(refusal.errors) or {"code": refusal.code}))
    log.info("campaign_opened", code=row.code, count=len(chosen.members), actor=current_principal().scope)
    left_out = "&left_out=" + str(len(chosen.left_out)) if chosen.left_out else ""
    return redirect(f"{request.script_root}/desk/campaigns/{row.code}?new=1{left_out}", 303)  # type: ignore[return-value]


def _body(typed: Mapping[str, str]) -> dict[str, Any]:
    """The body of POST /api/v1/campaigns; a day ends when it ends here."""
    policy, _, form = typed.get("form", "").partition("/")
    day = typed.get("closes_at", "")
    criteria = {name: typed[name] for name in ("kind", "industry", "tier", "value") if typed.get(name)}
    numbers = typed.get("numbers", "").replace("，", " ").replace(",", " ").split()
    return {
        "code": typed.get("code", ""),
        "title": typed.get("title", ""),
        "policy": policy,
        "form": form,
        "closes_at": desk.with_zone(f"{day}T23:59:59", str(ZONE)) if day else "",
        "instructions": typed.get("instructions") or None,
        "audience": {"numbers": numbers, **criteria},
    }


def _one(services: Services, code: str) -> Response:
    with services.database.read() as session:
        found = campaigns.one(session, code)
        row = _there(found[0] if found else None)
        members = campaigns.members(session, row, after=request.args.get("after"), limit=_MOST + 1)
    assert found is not None
    left_out = request.args.get("left_out", "")
    return render(
        "campaign.html",
        row=row,
        asked=found[2],
        answered=found[3],
        open=row.is_open(business_now()),
        form_url=services.form_url(row.code),
        members=[(one, services.invitation_url(row.code, one["id"], row.closes_at)) for one in members[:_MOST]],
        after=members[_MOST - 1]["number"] if len(members) > _MOST else None,
        new="new" in request.args,
        left_out=left_out if left_out.isascii() and left_out.isdigit() else "",
        may_end=bool({"lead", "manager"} & current_principal().roles),
    )


def _letters(services: Services, code: str) -> Response:
    reader = Reader(current_principal().scope, context.current().request_id, system_now())
    with services.database.write() as session:
        row = _there(campaigns.locked(session, code))
        found = letters(session, row, services=services, reader=reader)
    log.info("campaign_exported", code=code, count=len(found), actor=reader.scope)
    text = StringIO()
    sheet = csv.writer(text)
    sheet.writerow([said(word) for word in _COLUMNS])
    sheet.writerows([[_cell(one) for one in _line(row, letter)] for letter in found])
    response = Response("\ufeff" + text.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{row.code}.csv"'
    return response


def _line(row: CampaignRow, letter: Letter) -> tuple[str, ...]:
    text = render_template("campaign_letter.txt", campaign=row, letter=letter)
    return letter.number, letter.name or "", letter.email or "", letter.phone or "", letter.link, row.title, text


def _cell(text: str) -> str:
    """A spreadsheet takes text for text, not for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _there(row: CampaignRow | None) -> CampaignRow:
    if row is None:
        raise Problem(404, "not-found", "There is nothing here")
    return row
