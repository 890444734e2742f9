"""Record what was said with a customer about a demand, and correct a record: a correction is a new version."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.intake import events
from services.intake.domain import codes
from services.intake.domain import communications as talks
from services.intake.domain import vault as boxes
from services.intake.domain.communications import Communication, CommunicationRow
from services.intake.domain.records import DemandRow, KnownCustomer
from services.intake.domain.rules import Quality, Rules
from services.intake.domain.vault import Unsealable, Vault
from services.intake.store import attachments, communications, customers, demands
from services.intake.usecases.keep_customer import opened
from shared.ids import new_id
from shared.policies.model import Policy
from shared.privacy import finder
from shared.refused import Refused


@dataclass(frozen=True)
class Recorded:
    """What the caller is told."""

    row: CommunicationRow
    quality: Quality


@dataclass(frozen=True)
class Recorder:
    """Who records, with what, when. by: the caller's scope; strict: vague words are refused."""

    by: str
    strict: bool
    installed: Rules
    vault: Vault
    now: datetime


def record(session: Session, demand: DemandRow, said: Communication, recorder: Recorder) -> Recorded:
    """Keep a communication and tell it; the caller holds the demand's lock. In every status: people go on talking.

    Refused 422: a time to come, a channel or mood that the policy has not, vague words when strict.
    """
    return _keep(session, demand, said, recorder, communication_id=new_id(), version=1)


def correct(
    session: Session, demand: DemandRow, before: CommunicationRow, said: Communication, recorder: Recorder
) -> Recorded:
    """Put a whole new version in the place of the one that stands, which stays readable. Refused as record()."""
    return _keep(session, demand, said, recorder, communication_id=before.id, version=before.version + 1)


def verbatim(customer: KnownCustomer, row: CommunicationRow) -> dict[str, Any] | None:
    """What was said, word for word; None once the customer's key is gone."""
    try:
        return boxes.unseal(customer.key, row.original, _owner(row.id, row.version))
    except Unsealable:
        if customer.row.wrapped_key is None:
            return None
        raise


def _keep(
    session: Session, demand: DemandRow, said: Communication, recorder: Recorder, *, communication_id: str, version: int
) -> Recorded:
    policy = recorder.installed.pinned(demand.policy, demand.policy_version)
    said = talks.happened(codes.resolve_communication(policy, said), recorder.now)
    quality = _judged(policy, said, strict=recorder.strict)
    said = talks.with_attachments(said, _labels(session, demand, said))
    customer = opened(customers.by_id(session, demand.customer_id), recorder.vault)
    # Who is named among the people is not to be read in the texts beside them either.
    clean = said.redacted(finder.redactor(dict.fromkeys((*customer.contact.values(), *said.people))))
    row = CommunicationRow(
        id=communication_id,
        version=version,
        demand_id=demand.id,
        occurred_at=said.occurred_at,
        registered_at=recorder.now,
        by=recorder.by,
        details=clean.details(),
        original=boxes.seal(customer.key, said.verbatim(), _owner(communication_id, version)),
    )
    communications.add(session, row)
    events.demand_communicated(session, demand, row)
    demands.change(session, demand.id, version=demand.version + 1)
    return Recorded(row, quality)


def _labels(session: Session, demand: DemandRow, said: Communication) -> dict[str, str]:
    """Id -> label or name of the demand's attachments, read only where one is named."""
    if not any("attachment_id" in one for one in said.attachments):
        return {}
    return {one.id: one.label or one.name for one in attachments.of_demand(session, demand.id)}


def _judged(policy: Policy, said: Communication, *, strict: bool) -> Quality:
    found = talks.vague(policy, said)
    if strict and found:
        rows = [{"pointer": f"/{name}", "code": "vague", "message": "The policy finds this vague"} for name in found]
        raise Refused("communication-vague", "The policy asks for clearer words", 422, rows)
    return Quality(vague=found)


def _owner(communication_id: str, version: int) -> str:
    return f"communication/{communication_id}/{version}"
