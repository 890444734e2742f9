"""Letters of campaigns leave in a lane of their own: a thousand of them hold up no notice.

As with notices, the sending stands in no transaction, and a second copy bears the same Message-ID.
"""

import random

from services.notifier.domain import notices as rules
from services.notifier.domain.letters import Attachment, Letter, on_one_line
from services.notifier.domain.mailings import CHINESE, Mailing, Spared
from services.notifier.domain.notices import Outcome
from services.notifier.gateways.ask import Unreachable
from services.notifier.jobs.attempts import Office
from services.notifier.store import letters
from shared.clock import system_now
from shared.crashpoint import crashpoint
from shared.logging import get_logger, place_of

log = get_logger()
_NO_FORM = Outcome("retry", "form_unreachable")


def send_letters(office: Office) -> int:
    """Take one letter and try to send it; returns how many were taken, 0 or 1."""
    with office.database.read() as session:
        if not letters.any_due(session, system_now()):
            return 0
    with office.database.write() as session:
        mailing = letters.take(session, system_now())
    if mailing is None:
        return 0
    outcome = rules.settled(_attempt(office, mailing), mailing.attempt)
    crashpoint("notifier.after_letter_before_mark")
    mine = _record(office, mailing, outcome)
    log.info(
        "letter_attempted",
        letter_id=mailing.id,
        code=mailing.campaign,
        customer_number=mailing.customer_number,
        status=outcome.state if mine else "overtaken",
        reason=outcome.reason,
        attempt=mailing.attempt,
    )
    return 1


def _attempt(office: Office, mailing: Mailing) -> Outcome:
    try:
        return _mail(office, mailing)
    except Exception as error:  # noqa: BLE001 - a letter that cannot be sent must not be tried for ever
        log.error("letter_broke", letter_id=mailing.id, error_type=type(error).__name__, at=place_of(error))
        return Outcome("retry", "fault")


def _mail(office: Office, mailing: Mailing) -> Outcome:
    """The form comes first: while it cannot be had, nobody's contact is opened. Their language is known only then."""
    try:
        form = _form(office, mailing, CHINESE)
    except Unreachable:
        return _NO_FORM
    try:
        found = office.invitations.to(mailing)
    except Unreachable:
        return Outcome("retry", "contact_unreachable")
    if isinstance(found, Spared):
        return Outcome("failed", found.reason)
    if found.email is None:
        return Outcome("failed", "no_address")
    try:
        form = form if found.language == CHINESE else _form(office, mailing, found.language)
    except Unreachable:
        return _NO_FORM
    letter = Letter(on_one_line(found.subject), found.text, () if form is None else (form,))
    return office.mail.send(letter, to=found.email, message_id=mailing.message_id)


def _form(office: Office, mailing: Mailing, language: str) -> Attachment | None:
    return office.forms.blank(mailing.policy, mailing.policy_version, mailing.form, language)


def _record(office: Office, mailing: Mailing, outcome: Outcome) -> bool:
    """Whether the outcome was this attempt's to record."""
    now = system_now()
    pause = rules.pause(mailing.attempt, random.uniform(0.75, 1.25), outcome.wait)
    with office.database.write() as session:
        return letters.settle(session, mailing, outcome, now, now + pause if outcome.state == "retry" else None)
