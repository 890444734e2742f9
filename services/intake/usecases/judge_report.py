"""Decide by which policy a report is run, whose it is, and what the policy finds wanting in it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from services.intake.domain import codes
from services.intake.domain.contact import Contact, identities
from services.intake.domain.facts import facts
from services.intake.domain.learned import learned
from services.intake.domain.records import ChannelRow, KnownCustomer
from services.intake.domain.report import Report
from services.intake.domain.rules import Quality, Rules, judged
from services.intake.domain.vault import Vault
from services.intake.store import customers
from services.intake.usecases.keep_customer import opened
from shared.policies.model import Policy
from shared.refused import Refused

LENIENT_KINDS = frozenset({"email", "paper"})
"""Who wrote by mail or on paper cannot be asked to type it again: what cannot be read counts as missing."""


@dataclass(frozen=True)
class Judged:
    """A report as its policy sees it.

    words: as it was reported; report: in the policy's codes; customer: None for a new one; learned: a contact found
    in the text, where none is known; given, unreadable: names of what came, and of what came and cannot be read.
    """

    words: Report
    report: Report
    channel: ChannelRow
    policy: Policy
    quality: Quality
    customer: KnownCustomer | None
    learned: Contact
    given: frozenset[str]
    unreadable: tuple[str, ...]


def judge(
    session: Session, report: Report, channel: ChannelRow, rules: Rules, *, vault: Vault, now: datetime, strict: bool,
    lenient: bool = False, wanting: Collection[str] = (),
) -> Judged:  # fmt: skip
    """Everything that is settled before numbers are taken. lenient: what cannot be read counts as missing.

    Refused 422: a policy the channel may not use or nobody knows; unknown codes and wrong forms; an unknown
    customer; with strict, a record that is vague or incomplete, or lacks what whoever asked for it says is wanting.
    """
    policy = _policy(report, channel, rules, now)
    resolved = codes.resolve(policy, report, lenient=lenient or channel.kind in LENIENT_KINDS)
    customer = customer_of(session, resolved.report, vault)
    known = customer.contact if customer else Contact()
    contact = known.filled_from(resolved.report.customer.contact)
    found = learned_contact(policy, report, contact)
    seen = facts(
        resolved.report,
        channel.kind,
        contact.filled_from(found),
        row=customer.row if customer else None,
        known_customer=customer is not None,
    )
    quality = judged(policy, seen, resolved.unreadable)
    if strict and (wanting or not quality.good):
        missing = dict.fromkeys([*quality.missing, *sorted(wanting)])
        rows = [_row(name, "missing") for name in missing] + [_row(name, "vague") for name in quality.vague]
        raise Refused("demand-incomplete", "The policy asks for more or clearer words", 422, rows)
    return Judged(
        report, resolved.report, channel, policy, quality, customer, found, seen.given, resolved.unreadable
    )  # fmt: skip


def learned_contact(policy: Policy, report: Report, known: Contact) -> Contact:
    """A phone and a mail address that stand in the text, where the record may hold none and none is known otherwise.

    Policy A: a contact that comes with a demand is accepted into the vault and redacted in the record.
    """
    if policy.privacy.contact_in_record or known.phone or known.email:
        return Contact()
    return learned(report)


def _policy(report: Report, channel: ChannelRow, rules: Rules, now: datetime) -> Policy:
    code = report.policy or channel.policy
    if code == channel.policy or code in channel.allowed_policies:
        try:
            return rules.effective(code, now)
        except LookupError:
            pass
    raise _unknown("/policy", "unknown-policy", "This channel has no such policy")


def customer_of(session: Session, report: Report, vault: Vault) -> KnownCustomer | None:
    """The customer a report names by number, or that its phone or mail belongs to; None for a new one. Refused 422.

    Of a merged customer, the one that goes on for it.
    """
    if report.customer.number is None:
        row = customers.linked(session, identities(report.customer.contact, vault.identity_key))
        return opened(row, vault) if row else None
    row = customers.by_number(session, report.customer.number)
    if row is None:
        raise _unknown("/customer/number", "unknown-customer", "There is no such customer")
    return opened(customers.survivor(session, row), vault)


def _unknown(pointer: str, code: str, message: str) -> Refused:
    row = {"pointer": pointer, "code": code, "message": message}
    return Refused("validation-failed", "The content does not fit", 422, [row])


def _row(name: str, code: str) -> dict[str, str]:
    return {"pointer": codes.pointer(name), "code": code, "message": f"The policy finds this {code}"}
