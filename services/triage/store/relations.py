"""What demands have to do with one another."""

from datetime import datetime

from sqlalchemy import and_, case, delete, insert, or_, select
from sqlalchemy.orm import Session

from services.triage.child_tables import Relation
from services.triage.domain.records import RelationRow
from services.triage.tables import Case

MOST = 200
"""Relations of one demand that are shown."""


def add(
    session: Session, demand_id: str, other_id: str, relation: str, *, note: str | None, by: str, now: datetime
) -> None:
    """Note that a demand is something of another; the caller holds the locks of both."""
    session.execute(
        insert(Relation).values(demand_id=demand_id, other_id=other_id, relation=relation, note=note, at=now, by=by)
    )


def exists(session: Session, one: str, other: str, relation: str) -> bool:
    """Whether either is this of the other already."""
    either = or_(
        and_(Relation.demand_id == one, Relation.other_id == other),
        and_(Relation.demand_id == other, Relation.other_id == one),
    )
    return session.execute(select(Relation.at).where(either, Relation.relation == relation)).first() is not None


def remove(session: Session, demand_id: str, other_id: str, relation: str) -> None:
    """It is so no longer."""
    session.execute(
        delete(Relation).where(
            Relation.demand_id == demand_id, Relation.other_id == other_id, Relation.relation == relation
        )
    )


def of_demand(session: Session, demand_id: str) -> list[RelationRow]:
    """Both ways, in the order in which they were made; at most 200."""
    mine = Relation.demand_id == demand_id
    query = (
        select(
            Case.number,
            Relation.relation,
            case((mine, "to"), else_="from").label("direction"),
            Case.status_category.label("status"),
            Case.status_resolution.label("resolution"),
            Relation.note,
            Relation.at,
        )
        .join(Case, Case.id == case((mine, Relation.other_id), else_=Relation.demand_id))
        .where(or_(mine, Relation.other_id == demand_id))
        .order_by(Relation.at, Case.number, Relation.relation)
        .limit(MOST)
    )
    return [RelationRow(**row) for row in session.execute(query).mappings()]
