"""Open a campaign with a channel of its own, write its letters, and close it."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from services.intake import events
from services.intake.domain import campaigns as rules
from services.intake.domain.campaigns import CampaignRow, Chosen, NewCampaign
from services.intake.domain.records import ChannelRow
from services.intake.domain.rules import Rules
from services.intake.store import campaigns, channels
from services.intake.usecases.open_contact import open_contact
from services.intake.usecases.services import Services
from shared.ids import new_id
from shared.privacy import finder
from shared.refused import Refused, wrong


@dataclass(frozen=True)
class Letter:
    """What one customer is sent; the contact in the clear."""

    number: str
    name: str | None
    email: str | None
    phone: str | None
    link: str


def open_campaign(
    session: Session, wanted: NewCampaign, *, by: str, installed: Rules, now: datetime
) -> tuple[CampaignRow, Chosen]:
    """The campaign and who is asked. Answers come in by a channel of its code, which nobody has a key for.

    Refused 409 campaign-exists, channel-exists; 422 for a policy, form, end or audience that does not fit.
    """
    try:
        policy = installed.effective(wanted.policy, now)
    except LookupError:
        raise wrong("/policy", "unknown-policy", "There is no such policy") from None
    form = rules.form_of(policy, wanted, now)
    if campaigns.code_taken(session, wanted.code):
        raise Refused("campaign-exists", "There is a campaign of that code")
    if channels.code_taken(session, wanted.code):
        raise Refused("channel-exists", "There is a channel of that code")
    found = campaigns.audience(session, wanted.audience, rules.MOST + 1)
    chosen = rules.choose(wanted.audience, found)
    channel = ChannelRow(new_id(), wanted.code, "outreach", policy.code, (policy.code,), wanted.department, form.code)
    channels.add(session, channel, secrets.token_hex(32), now)
    row = CampaignRow(
        id=new_id(),
        code=wanted.code,
        version=1,
        title=wanted.title,
        policy=policy.code,
        policy_version=policy.version,
        form=form.code,
        channel_id=channel.id,
        instructions=wanted.instructions,
        opened_at=now,
        closes_at=wanted.closes_at,
        closed_at=None,
        by=by,
    )
    campaigns.add(session, row, [one.id for one in chosen.members])
    title = finder.redactor(())(wanted.title)
    events.campaign_opened(session, row, title=title, customers=[one.number for one in chosen.members])
    return row, chosen


def close_campaign(session: Session, row: CampaignRow, *, now: datetime) -> CampaignRow:
    """No more answers are taken; the caller holds the lock. Refused 409 campaign-closed."""
    if not row.is_open(now):
        raise Refused("campaign-closed", "This campaign is over")
    closed = replace(row, closed_at=now, version=row.version + 1)
    campaigns.close(session, closed)
    events.campaign_closed(session, closed, now)
    return closed


def letters(
    session: Session, row: CampaignRow, *, services: Services, reader: str, request_id: str | None, now: datetime
) -> list[Letter]:
    """One for each customer who is asked and has not answered; every contact is opened on the record."""
    found = []
    for one in campaigns.members(session, row, after=None, limit=rules.MOST):
        if one["answer"] is not None:
            continue
        contact = open_contact(
            session, one["number"], purpose="campaign", reader=reader, request_id=request_id, vault=services.vault,
            now=now,
        )  # fmt: skip
        if contact is not None:
            link = services.invitation_url(row.code, one["id"], row.closes_at)
            found.append(Letter(one["number"], contact["name"], contact["email"], contact["phone"], link))
    return found
