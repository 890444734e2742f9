"""Every half second: one notice after the other; the sending itself stands in no transaction.

A crash between sending and recording sends a second copy with the same Message-ID: at least once, and we say so.
"""

import random
from dataclasses import dataclass
from typing import Protocol

from services.notifier import events
from services.notifier.domain import notices as rules
from services.notifier.domain.notices import Letter, Outcome, Planned
from services.notifier.gateways.contacts import Contact, Unreachable
from services.notifier.store import notices
from shared.clock import business_now, system_now
from shared.crashpoint import crashpoint
from shared.db import Database
from shared.logging import get_logger
from shared.policies.loader import Policies

log = get_logger()


class Carrier(Protocol):
    """What brings a letter to somebody."""

    def send(self, letter: Letter, *, to: str, message_id: str) -> Outcome:
        """How this attempt ended."""


class Directory(Protocol):
    """Where contacts come from."""

    def of(self, customer_number: str) -> Contact | None:
        """The contact, or None when the customer is gone; Unreachable."""


@dataclass(frozen=True)
class Office:
    """What sending needs."""

    database: Database
    policies: Policies
    contacts: Directory
    mailer: Carrier


def send_notices(office: Office) -> int:
    """Take one notice and try to send it; returns how many were taken, 0 or 1."""
    with office.database.read() as session:
        if not notices.any_due(session, system_now()):
            return 0
    with office.database.write() as session:
        planned = notices.take(session, system_now())
    if planned is None:
        return 0
    crashpoint("notifier.after_claim")
    outcome = rules.settled(_attempt(office, planned), planned.attempt)
    crashpoint("notifier.after_send_before_mark")
    _record(office, planned, outcome)
    return 1


def _attempt(office: Office, planned: Planned) -> Outcome:
    try:
        contact = office.contacts.of(planned.customer_number)
    except Unreachable:
        return Outcome("retry", "contact_unreachable")
    if contact is None:
        return Outcome("failed", "contact_gone")
    if contact.email is None:
        return Outcome("failed", "no_address")
    policy = office.policies.pinned(planned.policy, planned.policy_version)
    notice = policy.notice(planned.kind)
    if notice is None:
        return Outcome("failed", "no_such_notice")
    letter = rules.write(notice, policy, planned, contact.name)
    return office.mailer.send(letter, to=contact.email, message_id=planned.message_id)


def _record(office: Office, planned: Planned, outcome: Outcome) -> None:
    now = system_now()
    pause = rules.pause(planned.attempt, random.uniform(0.75, 1.25))
    with office.database.write() as session:
        mine = notices.settle(session, planned, outcome, now, now + pause if outcome.state == "retry" else None)
        if mine and outcome.state != "retry":
            events.notice_settled(session, planned, outcome, business_now())
    log.info(
        "notice_attempted",
        notice_id=planned.id,
        number=planned.number,
        kind=planned.kind,
        status=outcome.state if mine else "overtaken",
        reason=outcome.reason,
        attempt=planned.attempt,
    )
