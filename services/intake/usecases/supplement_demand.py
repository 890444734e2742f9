"""Take in what a customer adds to a demand: judged together with all that came before, kept, told."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from services.intake import events
from services.intake.domain import attachments as files
from services.intake.domain import codes, details
from services.intake.domain import facts as seen
from services.intake.domain import vault as boxes
from services.intake.domain.records import DemandRow, KnownCustomer, NewSupplement
from services.intake.domain.report import Report
from services.intake.domain.rules import Quality, Rules, judged
from services.intake.domain.vault import Vault
from services.intake.store import answers, customers, demands
from services.intake.usecases.accept_demand import redactor
from services.intake.usecases.attach import Giver, keep
from services.intake.usecases.judge_report import LENIENT_KINDS, learned_contact
from services.intake.usecases.keep_customer import complete_customer, opened
from shared.ids import new_id
from shared.policies.model import Policy
from shared.refused import Refused

_FIXED = ("known_customer", "ticket_number", "historic", "taken_by")
"""Details that no supplement changes."""


@dataclass(frozen=True)
class Supplemented:
    """What the caller is told. version: of the demand's stream."""

    id: str
    seq: int
    quality: Quality
    status: str
    version: int


def supplement(
    session: Session,
    demand: DemandRow,
    words: Report,
    *,
    by: str,
    speaker: str,
    installed: Rules,
    vault: Vault,
    now: datetime,
) -> Supplemented:
    """Add what came to the demand, whose lock the caller holds. by: the caller's scope.

    speaker: the id of the customer whose words these are: another one's where a demand of theirs was merged into this
    one. A contact and the sealed words stay with the speaker; where the customer was merged, a contact goes to the one
    that goes on, which is the one that is reached.
    Refused 409 demand-closed, demand-withdrawn; 422 for unknown codes and wrong forms, and when nothing came.
    """
    if demand.status == "closed":
        raise Refused("demand-closed", "A closed demand takes no supplement")
    if demand.withdrawn_at is not None:
        raise Refused("demand-withdrawn", "The customer has taken the demand back")
    policy = installed.pinned(demand.policy, demand.policy_version)
    resolved = codes.resolve(policy, words, lenient=demand.channel_kind in LENIENT_KINDS)
    report = resolved.report
    given = seen.given(report, report.customer.contact)
    if not given and not report.impact and not resolved.unreadable:
        raise Refused("supplement-empty", "Nothing came that could be added", 422)
    before = opened(customers.by_id(session, speaker), vault)
    own = speaker == demand.customer_id
    owner = before if own else opened(customers.by_id(session, demand.customer_id), vault)
    reached = opened(customers.survivor(session, before.row), vault) if before.row.merged_into else before
    learned = learned_contact(policy, report, reached.contact.filled_from(report.customer.contact))
    redact = redactor(report, before.contact, learned, owner.contact, reached.contact)
    clean = report.redacted(redact)
    customer = complete_customer(session, reached, report.customer, clean.customer, learned, vault=vault, now=now)
    public = details.without_sensitive(policy, clean)
    kept = details.kept(public, given=given, unreadable=resolved.unreadable)
    supplement_id = new_id()
    row = NewSupplement(
        id=supplement_id,
        demand_id=demand.id,
        seq=answers.next_seq(session, demand.id),
        original=boxes.seal(before.key, words.words(), f"supplement/{supplement_id}"),
        details=kept | ({"description": clean.description} if clean.description else {}),
        given=sorted(given),
        at=now,
        by=by,
        customer_id=None if own else speaker,
    )
    answers.add_supplement(session, row)
    quality, status = _merge(session, demand, public, row, policy, customer if own else owner)
    events.demand_supplemented(session, demand, row, report=public, quality=quality)
    version = demand.version + 1
    if report.attachments:
        giver = Giver(customer, redact, by, now)
        done = keep(session, demand, files.distinct(report.attachments), giver, version=version)
        demands.change(session, demand.id, version=done.version)
        version = done.version
    return Supplemented(row.id, row.seq, quality, status, version)


def _merge(
    session: Session, demand: DemandRow, clean: Report, row: NewSupplement, policy: Policy, customer: KnownCustomer
) -> tuple[Quality, str]:
    """Judge all that came so far, store it; the quality and the status category now."""
    merged = details.merged(details.reported(demand.description, demand.details), clean)
    before = {*demand.details.get("given", []), *row.given}
    unreadable = {*demand.details.get("unreadable", []), *row.details.get("unreadable", [])}
    looked_at = seen.facts(
        merged,
        demand.channel_kind,
        customer.contact,
        row=customer.row,
        known_customer=demand.details.get("known_customer", False),
        before=before,
    )
    quality = judged(policy, looked_at, sorted(unreadable))
    kept = details.kept(merged, given=looked_at.given, unreadable=unreadable)
    fixed = {name: demand.details[name] for name in _FIXED if name in demand.details}
    # The policy's state machine says what a supplement leads to; triage, the owner, reads the same.
    present = policy.status(demand.status_code)
    status = policy.status(present.actions.get("supplement", present.code))
    still_waiting = None if quality.good or demand.waiting_for is None else {**demand.waiting_for, **quality.shown()}
    demands.change(
        session,
        demand.id,
        version=demand.version + 1,
        description=merged.description,
        details=kept | fixed,
        quality=quality.shown(),
        status=status.category,
        status_code=status.code,
        waiting_for=still_waiting,
        order_number=details.order_number(merged),
    )
    return quality, status.category
