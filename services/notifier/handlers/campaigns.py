"""campaign.opened, campaign.closed: who is mailed, and that nobody is any more. The policy need not be known."""

from sqlalchemy.orm import Session

from services.notifier.domain.mailings import Campaign
from services.notifier.store import letters
from services.notifier.usecases.tell import Planner
from shared.clock import system_now
from shared.messaging.envelope import Event


def opened(session: Session, event: Event, planner: Planner) -> None:
    """One letter to each of those who are asked."""
    data = event.data
    campaign = Campaign(data["code"], data["policy"]["code"], data["policy"]["version"], data["form"])
    letters.plan(session, campaign, data["customers"], domain=planner.domain, now=system_now())


def closed(session: Session, event: Event, _planner: Planner) -> None:
    """It ended before its time."""
    letters.give_up(session, event.data["code"], "campaign_closed", system_now())
