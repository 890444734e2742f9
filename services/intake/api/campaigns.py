"""Campaigns: POST, GET /api/v1/campaigns[/{code}[/members]], POST .../{code}:close."""

from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from services.intake.domain.campaigns import CampaignRow, NewCampaign
from services.intake.schemas.campaigns import (
    CampaignAnswerSchema,
    CampaignListSchema,
    CampaignSchema,
    ListQuerySchema,
    MemberListSchema,
)
from services.intake.store import campaigns
from services.intake.usecases.run_campaign import close_campaign, open_campaign
from services.intake.usecases.services import Services
from shared.clock import business_now, format_time
from shared.http.blueprint import Blueprint
from shared.http.body import strict_json
from shared.http.idempotency import StoredAnswer, once, respond
from shared.http.pagination import link_next, requested_page
from shared.http.principal import current_principal
from shared.http.problems import Problem
from shared.logging import get_logger

log = get_logger()


def blueprint(services: Services) -> Blueprint:
    """The campaigns API over one set of services."""
    blp = Blueprint(
        "campaigns", __name__, url_prefix="/api/v1", description="Customers who are asked to fill in a form"
    )
    _writing(blp, services)
    _reading(blp, services)
    return blp


def _writing(blp: Blueprint, services: Services) -> None:
    @blp.route("/campaigns", methods=["POST"])
    @blp.arguments(CampaignSchema)
    @blp.response(201, CampaignAnswerSchema)
    def create_campaign(wanted: NewCampaign) -> Response:
        """Open a campaign: a channel of its own, and a link for each customer who is asked."""
        strict_json()  # a body is needed

        def work(session: Session) -> StoredAnswer:
            row, chosen = open_campaign(
                session, wanted, by=current_principal().scope, installed=services.rules, now=business_now()
            )
            body = {**shown(services, row, row.code, len(chosen.members), 0), "left_out": chosen.left_out}
            return StoredAnswer(201, body, {"Location": f"/intake/api/v1/campaigns/{row.code}"}, f"campaign/{row.id}")

        answer = once(services.database, work)
        log.info("campaign_opened", code=wanted.code, count=answer.body["asked"], actor=current_principal().scope)
        return respond(answer)

    @blp.route("/campaigns/<string:code>:close", methods=["POST"])
    @blp.response(200, CampaignAnswerSchema)
    def end_campaign(code: str) -> Response:
        """Take no more answers, before its time."""
        with services.database.write() as session:
            close_campaign(session, _there(campaigns.locked(session, code)), now=business_now())
            found = campaigns.one(session, code)
        log.info("campaign_closed", code=code, actor=current_principal().scope)
        assert found is not None
        return respond(StoredAnswer(200, shown(services, *found)))


def _reading(blp: Blueprint, services: Services) -> None:
    @blp.route("/campaigns", methods=["GET"])
    @blp.arguments(ListQuerySchema, location="query")
    @blp.response(200, CampaignListSchema)
    def list_campaigns(_query: dict[str, Any]) -> Response:
        """All campaigns, the newest first."""
        page = requested_page(str)
        with services.database.read() as session:
            rows = campaigns.page(session, after=page.after[0] if page.after else None, limit=page.limit + 1)
        items = [shown(services, *row) for row in rows[: page.limit]]
        last = rows[page.limit - 1][0].id if len(rows) > page.limit else None
        return link_next(respond(StoredAnswer(200, {"items": items})), [last] if last else None)

    @blp.route("/campaigns/<string:code>", methods=["GET"])
    @blp.response(200, CampaignAnswerSchema)
    def read_campaign(code: str) -> Response:
        """One campaign: how many were asked, how many have answered."""
        with services.database.read() as session:
            found = campaigns.one(session, code)
        if found is None:
            raise Problem(404, "not-found", "There is nothing here")
        return respond(StoredAnswer(200, shown(services, *found)))

    @blp.route("/campaigns/<string:code>/members", methods=["GET"])
    @blp.arguments(ListQuerySchema, location="query")
    @blp.response(200, MemberListSchema)
    def list_campaign_members(_query: dict[str, Any], code: str) -> Response:
        """Who is asked, each with the link that they are sent, and who has answered."""
        page = requested_page(str)
        with services.database.read() as session:
            row = _there(campaigns.find(session, code))
            found = campaigns.members(session, row, after=page.after[0] if page.after else None, limit=page.limit + 1)
        items = [_member(services, row, one) for one in found[: page.limit]]
        last = found[page.limit - 1]["number"] if len(found) > page.limit else None
        return link_next(respond(StoredAnswer(200, {"items": items})), [last] if last else None)


def shown(services: Services, row: CampaignRow, channel: str, asked: int, answered: int) -> dict[str, Any]:
    """A campaign as staff see it. channel: its code."""
    return {
        "code": row.code,
        "title": row.title,
        "policy": {"code": row.policy, "version": row.policy_version},
        "form": row.form,
        "form_url": services.form_url(channel),
        "instructions": row.instructions,
        "opened_at": format_time(row.opened_at),
        "closes_at": format_time(row.closes_at),
        "closed_at": format_time(row.closed_at) if row.closed_at else None,
        "asked": asked,
        "answered": answered,
        "by": row.by,
    }


def _member(services: Services, campaign: CampaignRow, row: dict[str, Any]) -> dict[str, Any]:
    link = services.invitation_url(campaign.code, row["id"], campaign.closes_at)
    return {"number": row["number"], "masked_name": row["masked_name"], "link": link, "answer": row["answer"]}


def _there(row: CampaignRow | None) -> CampaignRow:
    if row is None:
        raise Problem(404, "not-found", "There is nothing here")
    return row
