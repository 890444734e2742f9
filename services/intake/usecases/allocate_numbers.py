"""Decide by which policy a report is run and take its numbers, in a short transaction before the accept."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from services.intake.domain import codes, contact, numbering
from services.intake.domain.records import ChannelRow, CustomerRow
from services.intake.domain.report import Report
from services.intake.domain.rules import Quality, Rules
from services.intake.domain.vault import Vault
from services.intake.store import customers, numbers
from shared.policies.model import Policy
from shared.refused import Refused


@dataclass(frozen=True)
class Allocation:
    """What is settled before the accept. customer is None where customer_number is new."""

    report: Report
    channel: ChannelRow
    policy: Policy
    quality: Quality
    customer: CustomerRow | None
    customer_number: str
    number: str
    received_at: datetime


def judge(
    report: Report, channel: ChannelRow, rules: Rules, *, now: datetime, strict: bool
) -> tuple[Report, Policy, Quality]:
    """The report in the policy's codes, the pinned policy, and what it finds wanting.

    Refused 422: a policy the channel may not use or nobody knows; unknown codes; with strict, a record that is
    vague or incomplete.
    """
    code = report.policy or channel.policy
    if code != channel.policy and code not in channel.allowed_policies:
        raise _unknown("/policy", "unknown-policy", "This channel has no such policy")
    try:
        policy = rules.effective(code, now)
    except LookupError:
        raise _unknown("/policy", "unknown-policy", "This channel has no such policy") from None
    resolved = codes.resolve(policy, report)
    quality = rules.judge(policy, resolved, channel.kind)
    if strict and not quality.good:
        rows = [_row(name, "missing") for name in quality.missing] + [_row(name, "vague") for name in quality.vague]
        raise Refused("demand-incomplete", "The policy asks for more or clearer words", 422, rows)
    return resolved, policy, quality


def allocate(
    session: Session,
    report: Report,
    channel: ChannelRow,
    policy: Policy,
    quality: Quality,
    *,
    vault: Vault,
    now: datetime,
) -> Allocation:
    """Find the customer or number a new one, and take the demand's number. Refused 422 for an unknown customer."""
    known = find_customer(session, report, vault)
    numbers.prepare(session)
    place = numbering.Place(now, policy.time_zone, channel.department)
    if known is not None:
        customer_number = known.number
    else:
        rule = policy.customer_numbering
        sequence = numbers.take(session, numbering.scope("customer", policy.code, rule, place))
        customer_number = numbering.render(rule, place, sequence)
    place = numbering.Place(now, policy.time_zone, channel.department, customer_number)
    sequence = numbers.take(session, numbering.scope("demand", policy.code, policy.numbering, place))
    number = numbering.render(policy.numbering, place, sequence)
    return Allocation(report, channel, policy, quality, known, customer_number, number, now)


def find_customer(session: Session, report: Report, vault: Vault) -> CustomerRow | None:
    """The customer a report names by number, or that its phone or mail belongs to; None for a new one."""
    if report.customer.number is None:
        return customers.linked(session, contact.identities(report.customer.contact, vault.identity_key))
    known = customers.by_number(session, report.customer.number)
    if known is None:
        raise _unknown("/customer/number", "unknown-customer", "There is no such customer")
    return known


def _unknown(pointer: str, code: str, message: str) -> Refused:
    return Refused(
        "validation-failed",
        "The content does not fit",
        422,
        [{"pointer": pointer, "code": code, "message": message}],
    )


def _row(name: str, code: str) -> dict[str, str]:
    return {"pointer": "/" + name.replace(".", "/"), "code": code, "message": f"The policy finds this {code}"}
