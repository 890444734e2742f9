"""What departments think of demands."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from services.triage.child_tables import Evaluation
from services.triage.domain.records import EvaluationRow

_ALL = Evaluation.__table__.columns


def add(session: Session, row: EvaluationRow) -> None:
    """Enter an evaluation, in the place of the same department's before; the caller holds the lock of the case."""
    supersede(session, row.demand_id, row.at, department=row.department)
    session.execute(insert(Evaluation).values(**asdict(row)))


def supersede(session: Session, demand_id: str, now: datetime, *, department: str | None = None) -> None:
    """What stands counts no longer: of one department, or of all."""
    change = update(Evaluation).where(Evaluation.demand_id == demand_id, Evaluation.superseded_at.is_(None))
    if department is not None:
        change = change.where(Evaluation.department == department)
    session.execute(change.values(superseded_at=now))


def standing(session: Session, demand_id: str) -> list[EvaluationRow]:
    """The latest of each department, as far as it still counts."""
    return [one for one in of_demand(session, demand_id) if one.superseded_at is None]


def of_demand(session: Session, demand_id: str) -> list[EvaluationRow]:
    """All that was ever said, in order."""
    query = select(*_ALL).where(Evaluation.demand_id == demand_id).order_by(Evaluation.version)
    return [EvaluationRow(**row) for row in session.execute(query).mappings()]
