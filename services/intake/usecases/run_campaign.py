"""Open a campaign with a channel of its own, and close it."""

import secrets
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from services.intake import events
from services.intake.domain import campaigns as rules
from services.intake.domain.campaigns import CampaignRow, Chosen, NewCampaign
from services.intake.domain.records import ChannelRow
from services.intake.domain.rules import Rules
from services.intake.store import campaigns, channels
from shared.ids import new_id
from shared.privacy import finder
from shared.refused import Refused, wrong


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
