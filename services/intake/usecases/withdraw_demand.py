"""Let a customer take a demand back."""

from datetime import datetime

from sqlalchemy.orm import Session

from services.intake import events
from services.intake.domain.records import DemandRow
from services.intake.domain.rules import Rules
from services.intake.domain.vault import Vault
from services.intake.store import customers, demands
from services.intake.usecases.keep_customer import opened
from shared.privacy import finder
from shared.refused import Refused


def withdraw(
    session: Session, demand: DemandRow, reason: str | None, *, installed: Rules, vault: Vault, now: datetime
) -> None:
    """Note it and tell it; triage closes the demand. The caller holds its lock.

    A merged demand is taken back by itself: the one that goes on is not, and hears no more of this customer's words.
    Refused 409 demand-closed, demand-withdrawn, or not-now where the policy's status does not provide for it.
    """
    merged = demand.merged_into is not None
    if demand.status == "closed" and not merged:
        raise Refused("demand-closed", "The demand is closed already")
    if demand.withdrawn_at is not None:
        raise Refused("demand-withdrawn", "The demand was taken back already")
    status = installed.pinned(demand.policy, demand.policy_version).status(demand.status_code)
    if "withdraw" not in status.actions and not merged:
        raise Refused("not-now", "In this status a demand is not taken back")
    customer = opened(customers.by_id(session, demand.customer_id), vault)
    told = finder.redactor(customer.contact.values())(reason) if reason else None
    events.demand_withdrawn(session, demand, told, now)
    demands.change(session, demand.id, version=demand.version + 1, withdrawn_at=now)
