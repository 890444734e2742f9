"""One attempt at one notice: whom it reaches is asked for now, and then it is sent. In no transaction."""

from dataclasses import dataclass
from typing import Protocol

from services.notifier.domain.letters import Attachment, Letter, write
from services.notifier.domain.mailings import Invitation, Mailing, Spared
from services.notifier.domain.notices import CUSTOMER, Asked, Outcome, Planned, Reached, whom
from services.notifier.domain.webhooks import Subscription
from services.notifier.gateways.ask import Unreachable
from services.notifier.gateways.contacts import Colleague, Contact
from services.notifier.store import subscriptions
from services.notifier.usecases.tell import Planner
from shared.db import Database


class Mail(Protocol):
    """What brings a letter to somebody."""

    def send(self, letter: Letter, *, to: str, message_id: str) -> Outcome:
        """How this attempt ended."""


class Posts(Protocol):
    """What brings a signed message to a subscriber."""

    def send(self, notice: Planned, to: Subscription) -> Outcome:
        """How this attempt ended."""


class Customers(Protocol):
    """Where customers' contacts come from."""

    def of(self, customer_number: str) -> Contact | None:
        """The contact, or None when the customer is gone; Unreachable."""


class Staff(Protocol):
    """Where the addresses of staff come from."""

    def of(self, staff_id: str) -> Colleague | None:
        """Somebody who can be reached; Unreachable."""

    def reached(self, asked: Asked) -> tuple[Reached, ...]:
        """Who is to be told; Unreachable."""


class Invited(Protocol):
    """Where the letters of campaigns come from."""

    def to(self, mailing: Mailing) -> Invitation | Spared:
        """What to mail now, or why nothing is to be mailed any more; Unreachable."""


class Papers(Protocol):
    """Where blank forms come from."""

    def blank(self, policy: str, version: str, form: str, language: str) -> Attachment | None:
        """The form, None when there is none such; Unreachable."""


@dataclass(frozen=True)
class Office:
    """What sending needs."""

    database: Database
    planner: Planner
    customers: Customers
    staff: Staff
    mail: Mail
    webhooks: Posts
    invitations: Invited
    forms: Papers


def attempt(office: Office, notice: Planned) -> Outcome:
    """Send it, or find the people it is for."""
    if notice.carrier == "webhook":
        return _post(office, notice)
    try:
        if notice.recipient == CUSTOMER:
            return _to_customer(office, notice)
        if notice.recipient.startswith("staff:"):
            return _to_colleague(office, notice)
        return _addressed(office, notice)
    except Unreachable:
        return Outcome("retry", "contact_unreachable")


def _to_customer(office: Office, notice: Planned) -> Outcome:
    contact = office.customers.of(notice.customer_number)
    if contact is None:
        return Outcome("failed", "contact_gone")
    return _mail(office, notice, contact.name, contact.email)


def _to_colleague(office: Office, notice: Planned) -> Outcome:
    found = office.staff.of(notice.recipient.removeprefix("staff:"))
    return Outcome("failed", "no_address") if found is None else _mail(office, notice, found.name, found.email)


def _addressed(office: Office, notice: Planned) -> Outcome:
    policy = office.planner.policies.pinned(notice.policy, notice.policy_version)
    lead = notice.facts.get("department", notice.lead)  # a breach is its department's, whoever leads by now
    asked = whom(notice.audience, policy, lead=lead, handler_id=notice.handler_id)
    if asked is None:
        return Outcome("retry", "nobody_leads_yet")
    people = office.staff.reached(asked)
    return Outcome("addressed", people=people) if people else Outcome("failed", "no_address")


def _mail(office: Office, notice: Planned, name: str | None, address: str | None) -> Outcome:
    if address is None:
        return Outcome("failed", "no_address")
    policy = office.planner.policies.pinned(notice.policy, notice.policy_version)
    return office.mail.send(write(policy, notice, name), to=address, message_id=notice.message_id)


def _post(office: Office, notice: Planned) -> Outcome:
    with office.database.read() as session:
        found = subscriptions.find(session, notice.recipient.removeprefix("webhook:"))
    if found is None or not found.active:
        return Outcome("failed", "subscription_ended")
    return office.webhooks.send(notice, found)
