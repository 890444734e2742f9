"""Cases: found, locked, listed, changed."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, func, insert, or_, select, update
from sqlalchemy.orm import Session

from services.triage.child_tables import Deadline
from services.triage.domain.deadlines import NEVER_BREACHED
from services.triage.domain.duplicates import order_key
from services.triage.domain.records import CaseRow
from services.triage.store.deadlines import STANDS
from services.triage.tables import Case, Work
from shared import search

_ALL = Case.__table__.columns
SHOWN = [one for one in _ALL if one.name not in ("customer_number", "order_key")]
"""The columns of a CaseRow; the others are only looked up by."""
_OPEN = Case.status_category.in_(["pending", "in_progress", "waiting"])
_FOREVER = frozenset(
    """
    id number policy policy_version policy_sha256 received_at created_at historic related_number
    """.split()
)


def add(session: Session, case: CaseRow) -> None:
    """Insert a case, and let it be found."""
    keys = {"customer_number": case.customer.get("number"), "order_key": order_key(case.order_number)}
    session.execute(insert(Case).values(**vars(case), **keys))
    index(session, case)


def index(session: Session, case: CaseRow) -> None:
    """Let a case be found by its number, its texts (redacted, as all here) and its customer's number and company."""
    customer = case.customer
    texts = (case.number, case.subject, case.description, customer.get("number"), customer.get("company_name"))
    search.index(session, Case.__tablename__, case.id, "\n".join(text for text in texts if text))


def find(session: Session, number: str) -> CaseRow | None:
    """The case with this number."""
    return _one(session, select(*SHOWN).where(Case.number == number))


def lock_all(session: Session, numbers: Collection[str]) -> dict[str, CaseRow]:
    """Number -> case, locked until the commit in the order of their ids, so that two callers never wait crosswise."""
    query = select(*SHOWN).where(Case.number.in_(numbers)).order_by(Case.id).with_for_update()
    return {row["number"]: CaseRow(**row) for row in session.execute(query).mappings()}


def lock_by_id(session: Session, demand_id: str) -> CaseRow | None:
    """The case of this demand, locked until the commit."""
    return _one(session, select(*SHOWN).where(Case.id == demand_id).with_for_update())


def change(session: Session, case: CaseRow) -> None:
    """Write a case as it is now; the caller holds its lock, and raises the version with every event."""
    values = {name: value for name, value in vars(case).items() if name not in _FOREVER}
    values["order_key"] = order_key(case.order_number)
    session.execute(update(Case).where(Case.id == case.id).values(**values))


def page(
    session: Session,
    wanted: Mapping[str, Sequence[str]],
    *,
    department: str | None,
    undecided: bool,
    blocked: bool,
    still_open: bool,
    review: bool,
    overdue_at: datetime | None,
    q: str | None,
    after: str | None,
    limit: int,
) -> list[CaseRow]:
    """Cases by number. wanted: column -> values that must all hold.

    department: only those that stand before it, as lead or joining; undecided: only those whose type nobody could
    decide; blocked: only those that something stands in the way of; still_open: only those that are not completed;
    review: only those whose priority is proposed anew; overdue_at: only those that have an unmet deadline before this
    moment; q: only those that hold all its words (shared.search.matching).
    """
    query = select(*SHOWN).order_by(Case.number).limit(limit)
    for column, values in wanted.items():
        query = query.where(*(_ALL[column] == value for value in values))
    if department is not None:
        stands = exists().where(
            Work.demand_id == Case.id, Work.department == department, Work.state.in_(["offered", "accepted"])
        )
        query = query.where(stands)
    if undecided:
        query = query.where(Case.type_code.is_(None), Case.track == "handling", Case.status_category != "closed")
    if blocked:
        query = query.where(Case.blocked_at.is_not(None))
    if still_open:
        query = query.where(_OPEN)
    if review:
        query = query.where(Case.proposed_code.is_not(None), Case.status_category != "closed")
    if overdue_at is not None:
        late = exists().where(
            Deadline.demand_id == Case.id,
            Deadline.met_at.is_(None),
            Deadline.superseded_at.is_(None),
            Deadline.paused_at.is_(None),
            Deadline.kind.not_in(NEVER_BREACHED),
            Deadline.due_at < overdue_at,
            STANDS,
        )
        query = query.where(late)
    if q is not None:
        query = query.where(Case.id.in_(search.matching(session, Case.__tablename__, q)))
    if after is not None:
        query = query.where(Case.number > after)
    return [CaseRow(**row) for row in session.execute(query).mappings()]


def count_open_of(session: Session, handler_id: str) -> int:
    """How many cases somebody handles that are not completed."""
    query = select(func.count()).select_from(Case)
    return session.execute(query.where(Case.handler_id == handler_id, _OPEN)).scalar_one()


def lock_open_of_customer(session: Session, customer_number: str) -> list[CaseRow]:
    """A customer's cases that are not closed, locked until the commit, by id; none of the past."""
    query = (
        select(*SHOWN)
        .where(Case.customer_number == customer_number, Case.status_category != "closed", Case.historic.is_(None))
        .order_by(Case.id)
        .with_for_update()
    )
    return [CaseRow(**row) for row in session.execute(query).mappings()]


def typed(session: Session, policy: str, *, after: tuple[datetime, str] | None, limit: int) -> list[CaseRow]:
    """Demands of a policy whose type is decided, by receipt; after: received_at and id of the last one before."""
    query = select(*SHOWN).where(Case.policy == policy, Case.type_code.is_not(None))
    if after is not None:
        at, last = after
        query = query.where(or_(Case.received_at > at, and_(Case.received_at == at, Case.id > last)))
    query = query.order_by(Case.received_at, Case.id).limit(limit)
    return [CaseRow(**row) for row in session.execute(query).mappings()]


def count(session: Session) -> int:
    """How many cases there are."""
    return session.execute(select(func.count()).select_from(Case)).scalar_one()


def _one(session: Session, query: Any) -> CaseRow | None:
    row = session.execute(query).mappings().first()
    return None if row is None else CaseRow(**row)
