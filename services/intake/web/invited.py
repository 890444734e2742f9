"""Whom a campaign's form is for: anybody who has the public link, or one customer by a link of their own."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import request

from services.intake.domain import desk, tokens
from services.intake.domain.campaigns import CampaignRow
from services.intake.domain.records import ChannelRow, CustomerRow
from services.intake.store import campaigns, customers
from services.intake.usecases.keep_customer import opened
from services.intake.usecases.services import Services
from shared.clock import business_now
from shared.http.problems import Problem

FIELD = "to"


@dataclass(frozen=True)
class Invited:
    """campaign: None for a form of no campaign; customer: whose link it is, None: anybody's; known: what they are not
    asked again, by name of the question; token: as it came."""

    campaign: CampaignRow | None = None
    customer: CustomerRow | None = None
    known: Mapping[str, str] = field(default_factory=dict)
    token: str = ""


def invited(services: Services, channel: ChannelRow) -> Invited:
    """Who fills in this channel's form now. Problem 410 once the campaign is over, 404 for a link nobody was given."""
    if channel.kind != "outreach":
        return Invited()
    now, token = business_now(), request.values.get(FIELD, "")
    with services.database.read() as session:
        campaign = campaigns.of_channel(session, channel.id)
        if campaign is None:
            return Invited()
        if not campaign.is_open(now):
            raise Problem(410, "campaign-closed", "This campaign is over")
        if not token:
            return Invited(campaign)
        try:
            customer_id = tokens.invited(services.vault.token_key, campaign.code, token, now)
        except tokens.ExpiredToken:
            raise Problem(410, "link-expired", "This link has expired") from None
        except tokens.BadToken:
            raise Problem(404, "not-found", "There is nothing here") from None
        row = customers.survivor(session, customers.by_id(session, customer_id))
    known = desk.known_of(opened(row, services.vault).contact, row)
    return Invited(campaign, row, known, token)
