"""Demands with everything that belongs to them, some at a time."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.reporting.child_tables import (
    Attachment,
    Block,
    Change,
    Communication,
    Deadline,
    Delay,
    Evaluation,
    NoticeOutcome,
    Opinion,
    ProgressNote,
    Promise,
    Relation,
    Task,
)
from services.reporting.domain.corrected import as_corrected
from services.reporting.domain.dossier import Dossier, Names
from services.reporting.store import names
from services.reporting.tables import Customer, Demand

_CUSTOMER = (Customer.masked_name, Customer.company_name, Customer.kind.label("customer_kind"))
_FIGURES = (Customer.industry, Customer.tier, Customer.value)
DEMAND = (*Demand.__table__.columns, *_CUSTOMER, *_FIGURES)
"""A demand's row with what is known of its customer."""

_PARTS: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "evaluations": (Evaluation, (Evaluation.version,)),
    "tasks": (Task, (Task.starts_on, Task.id)),
    "blocks": (Block, (Block.version,)),
    "progress": (ProgressNote, (ProgressNote.version,)),
    "delays": (Delay, (Delay.version,)),
    "changes": (Change, (Change.number, Change.change_id)),
    "promises": (Promise, (Promise.number,)),
    "opinions": (Opinion, (Opinion.cycle,)),
    "deadlines": (Deadline, (Deadline.due_at, Deadline.id)),
    "communications": (Communication, (Communication.communication_id, Communication.version)),
    "attachments": (Attachment, (Attachment.at, Attachment.attachment_id)),
    "relations": (Relation, (Relation.at, Relation.number, Relation.relation)),
    "notices": (NoticeOutcome, (NoticeOutcome.at, NoticeOutcome.notice_id)),
}


def find(session: Session, number: str) -> Dossier | None:
    """A demand by its number; None until intake's part is there."""
    query = select(Demand.demand_id).where(Demand.number == number)
    found = session.execute(query).scalar_one_or_none()
    return None if found is None else of(session, [found])[0]


def of(session: Session, demand_ids: Sequence[str]) -> list[Dossier]:
    """Demands in the order of their ids' list; fourteen statements, however many."""
    query = (
        select(*DEMAND)
        .outerjoin(Customer, Customer.number == Demand.customer_number)
        .where(Demand.demand_id.in_(demand_ids))
    )
    demands = {row["demand_id"]: as_corrected(dict(row)) for row in session.execute(query).mappings()}
    parts = {name: _grouped(session, *_PARTS[name], demand_ids) for name in _PARTS}
    return [
        Dossier(demands[demand_id], **{name: rows[demand_id] for name, rows in parts.items()})
        for demand_id in demand_ids
        if demand_id in demands
    ]


def known_names(session: Session) -> Names:
    """What departments and staff are called."""
    known = names.staff(session)
    masked = {staff_id: name for staff_id, (name, _) in known.items()}
    return Names(names.departments(session), masked, {staff_id: place for staff_id, (_, place) in known.items()})


def _grouped(
    session: Session, table: Any, order: tuple[Any, ...], demand_ids: Sequence[str]
) -> dict[str, list[dict[str, Any]]]:
    query = select(*table.__table__.columns).where(table.demand_id.in_(demand_ids)).order_by(table.demand_id, *order)
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in session.execute(query).mappings():
        found[row["demand_id"]].append(dict(row))
    return found
