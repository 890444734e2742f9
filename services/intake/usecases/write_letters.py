"""Write to those whom a campaign asks: each contact is opened at the moment of use, on the record."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from services.intake.domain import campaigns as rules
from services.intake.domain.campaigns import CampaignRow
from services.intake.domain.records import CustomerRow
from services.intake.store import campaigns, consents, customers
from services.intake.usecases.open_contact import open_contact
from services.intake.usecases.services import Services
from shared.refused import Refused


@dataclass(frozen=True)
class Letter:
    """What one customer is sent; the contact in the clear."""

    number: str
    name: str | None
    email: str | None
    phone: str | None
    link: str


@dataclass(frozen=True)
class Reader:
    """Who opens contacts, in which request, and when (system time)."""

    scope: str
    request_id: str | None
    now: datetime


def letters(session: Session, row: CampaignRow, *, services: Services, reader: Reader) -> list[Letter]:
    """One for each customer who is asked and has not answered."""
    asked = campaigns.members(session, row, after=None, limit=rules.MOST)
    open_ones = [one for one in asked if one["answer"] is None]
    found = (_letter(session, row, one["id"], one["number"], services, reader) for one in open_ones)
    return [one for one in found if one is not None]


def letter_to(
    session: Session, row: CampaignRow, number: str, *, services: Services, reader: Reader, now: datetime
) -> tuple[Letter, str]:
    """The letter to one customer who is asked, and the language to write it in. now: business time.

    Refused 404 not-found for somebody who is not asked; 410 campaign-closed, customer-erased; 409 customer-merged
    (the customer that goes on for it is asked as well), already-answered, consent-withdrawn.
    """
    member = customers.by_number(session, number)
    if member is None or not campaigns.is_member(session, row, member.id):
        raise Refused("not-found", "There is nothing here", 404)
    if not row.is_open(now):
        raise Refused("campaign-closed", "This campaign is over", 410)
    heir = customers.survivor(session, member)
    _check(session, row, member, heir)
    letter = _letter(session, row, member.id, number, services, reader)
    if letter is None:
        raise Refused("customer-erased", "There is no contact any more", 410)
    return letter, campaigns.language_of(session, heir.id)


def _check(session: Session, row: CampaignRow, member: CustomerRow, heir: CustomerRow) -> None:
    if heir.id != member.id and campaigns.is_member(session, row, heir.id):
        raise Refused("customer-merged", "The customer that goes on for this one is asked as well")
    if campaigns.has_answered(session, row, heir.id):
        raise Refused("already-answered", "This customer has answered")
    given = consents.of_customer(session, heir.id)
    if given and all(one.withdrawn_at is not None for one in given):
        raise Refused("consent-withdrawn", "This customer took the consent back")


def _letter(
    session: Session, row: CampaignRow, customer_id: str, number: str, services: Services, reader: Reader
) -> Letter | None:
    contact = open_contact(
        session, number, purpose="campaign", reader=reader.scope, request_id=reader.request_id, vault=services.vault,
        now=reader.now,
    )  # fmt: skip
    if contact is None:
        return None
    link = services.invitation_url(row.code, customer_id, row.closes_at)
    return Letter(number, contact["name"], contact["email"], contact["phone"], link)
