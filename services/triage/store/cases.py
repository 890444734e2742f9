"""Cases: found, locked, listed, changed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, func, insert, or_, select, update
from sqlalchemy.orm import Session

from services.triage.domain.deadlines import NEVER_BREACHED
from services.triage.domain.records import CaseRow
from services.triage.tables import Case, Deadline, Work
from shared import search

_ALL = Case.__table__.columns
_FOREVER = frozenset(
    {"id", "number", "policy", "policy_version", "policy_sha256", "received_at", "created_at", "historic"}
)


def add(session: Session, case: CaseRow) -> None:
    """Insert a case, and let it be found."""
    session.execute(insert(Case).values(**vars(case)))
    index(session, case)


def index(session: Session, case: CaseRow) -> None:
    """Let a case be found by its number, its texts (redacted, as all here) and its customer's number and company."""
    customer = case.customer
    texts = (case.number, case.subject, case.description, customer.get("number"), customer.get("company_name"))
    search.index(session, Case.__tablename__, case.id, "\n".join(text for text in texts if text))


def find(session: Session, number: str) -> CaseRow | None:
    """The case with this number."""
    return _one(session, select(*_ALL).where(Case.number == number))


def lock(session: Session, *, number: str) -> CaseRow | None:
    """The case with this number, locked until the commit."""
    return _one(session, select(*_ALL).where(Case.number == number).with_for_update())


def lock_by_id(session: Session, demand_id: str) -> CaseRow | None:
    """The case of this demand, locked until the commit."""
    return _one(session, select(*_ALL).where(Case.id == demand_id).with_for_update())


def change(session: Session, case: CaseRow) -> None:
    """Write a case as it is now; the caller holds its lock, and raises the version with every event."""
    values = {name: value for name, value in vars(case).items() if name not in _FOREVER}
    session.execute(update(Case).where(Case.id == case.id).values(**values))


def page(
    session: Session,
    wanted: Mapping[str, Sequence[str]],
    *,
    department: str | None,
    undecided: bool,
    overdue_at: datetime | None,
    q: str | None,
    after: str | None,
    limit: int,
) -> list[CaseRow]:
    """Cases by number. wanted: column -> values that must all hold.

    department: only those that stand before it, as lead or joining; undecided: only those whose type nobody could
    decide; overdue_at: only those that have an unmet deadline before this moment; q: only
    those that hold all its words (shared.search.matching).
    """
    query = select(*_ALL).order_by(Case.number).limit(limit)
    for column, values in wanted.items():
        query = query.where(*(_ALL[column] == value for value in values))
    if department is not None:
        stands = exists().where(
            Work.demand_id == Case.id, Work.department == department, Work.state.in_(["offered", "accepted"])
        )
        query = query.where(stands)
    if undecided:
        query = query.where(Case.type_code.is_(None), Case.track == "handling", Case.status_category != "closed")
    if overdue_at is not None:
        late = exists().where(
            Deadline.demand_id == Case.id,
            Deadline.met_at.is_(None),
            Deadline.superseded_at.is_(None),
            Deadline.paused_at.is_(None),
            Deadline.kind.not_in(NEVER_BREACHED),
            Deadline.due_at < overdue_at,
        )
        query = query.where(late)
    if q is not None:
        query = query.where(Case.id.in_(search.matching(session, Case.__tablename__, q)))
    if after is not None:
        query = query.where(Case.number > after)
    return [CaseRow(**row) for row in session.execute(query).mappings()]


def typed(session: Session, policy: str, *, after: tuple[datetime, str] | None, limit: int) -> list[CaseRow]:
    """Demands of a policy whose type is decided, by receipt; after: received_at and id of the last one before."""
    query = select(*_ALL).where(Case.policy == policy, Case.type_code.is_not(None))
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
