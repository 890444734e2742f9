"""What customers say after a demand came in: supplements, and answers to its result."""

from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from services.intake.child_tables import Confirmation, Supplement
from services.intake.domain.records import NewSupplement
from services.intake.domain.satisfaction import Confirmation as Answered

_MOST = 100


def next_seq(session: Session, demand_id: str) -> int:
    """The place of the next supplement, from 1; the caller holds the demand's lock."""
    last = select(func.coalesce(func.max(Supplement.seq), 0)).where(Supplement.demand_id == demand_id)
    return int(session.execute(last).scalar_one()) + 1


def add_supplement(session: Session, row: NewSupplement) -> None:
    """Insert a supplement."""
    session.execute(insert(Supplement).values(**vars(row)))


def supplements(session: Session, demand_id: str) -> list[tuple[str, datetime, bytes]]:
    """(id, when it came, sealed words) of what a demand's own customer added, the first hundred."""
    own = (Supplement.demand_id == demand_id, Supplement.customer_id.is_(None))
    query = select(Supplement.id, Supplement.at, Supplement.original).where(*own).order_by(Supplement.seq)
    return [(row.id, row.at, row.original) for row in session.execute(query.limit(_MOST))]


def is_answered(session: Session, demand_id: str, cycle: int, *, late: bool) -> bool:
    """Whether the customer has answered to the result of this cycle; late: once more, after the closing."""
    query = select(Confirmation.id).where(
        Confirmation.demand_id == demand_id, Confirmation.cycle == cycle, Confirmation.late == late
    )
    return session.execute(query).first() is not None


def add_confirmation(session: Session, row: Answered) -> None:
    """Insert an answer."""
    session.execute(insert(Confirmation).values(**vars(row)))
