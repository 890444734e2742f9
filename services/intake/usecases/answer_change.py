"""Take a customer's yes or no to a change of the plan; it is carried out only when all have agreed."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy.orm import Session

from services.intake import events
from services.intake.domain import vault as boxes
from services.intake.domain.changes import CUSTOMER, ChangeAnswer
from services.intake.domain.records import DemandRow
from services.intake.domain.vault import Vault
from services.intake.store import changes, customers, demands
from services.intake.usecases.keep_customer import opened
from shared.privacy import finder
from shared.refused import Refused


def answer_change(
    session: Session, demand: DemandRow, change_id: str, answer: ChangeAnswer, *, by: str, vault: Vault, now: datetime
) -> None:
    """Keep the answer and tell it; the caller holds the demand's lock. by: the caller's scope.

    Refused 404 change-unknown; 409 demand-closed, change-decided, not-asked, already-answered.
    """
    row = changes.find(session, demand.id, change_id)
    if row is None:
        raise Refused("change-unknown", "The demand has no such change", 404)
    if demand.status == "closed":
        raise Refused("demand-closed", "The demand is closed: nothing of it is changed")
    if row.state != "open":
        raise Refused("change-decided", "The change has been decided already")
    if CUSTOMER not in row.asked["approved_by"]:
        raise Refused("not-asked", "This change is decided without the customer")
    if row.agreed is not None:
        raise Refused("already-answered", "The customer has answered to this change")
    customer = opened(customers.by_id(session, demand.customer_id), vault)
    redact = finder.redactor([*customer.contact.values(), *filter(None, [answer.name])])
    opinion = redact(answer.opinion) if answer.opinion else None
    original = boxes.seal(customer.key, asdict(answer), f"change/{change_id}")
    changes.answer(session, change_id, agreed=answer.agrees, opinion=opinion, original=original, at=now, by=by)
    events.change_answered(session, demand, change_id, agreed=answer.agrees, opinion=opinion, now=now)
    demands.change(session, demand.id, version=demand.version + 1)
