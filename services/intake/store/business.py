"""Orders and products of customers, as a CRM tells."""

from collections.abc import Sequence

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from services.intake.child_tables import Business
from services.intake.domain.records import BusinessRow
from services.intake.store.customers import family
from shared.ids import new_id

_MOST = 200


def replace(session: Session, customer_id: str, system: str, told: Sequence[BusinessRow]) -> bool:
    """Put what a system tells in the place of what it told before; False when that is the same."""
    mine = (Business.customer_id == customer_id, Business.system == system)
    before = session.execute(select(Business.kind, Business.name, Business.at).where(*mine)).all()
    if {tuple(row) for row in before} == {(one.kind, one.name, one.at) for one in told}:
        return False
    session.execute(delete(Business).where(*mine))
    rows = [{"id": new_id(), "customer_id": customer_id, **vars(one)} for one in told]
    if rows:
        session.execute(insert(Business).values(rows))
    return True


def of_family(session: Session, customer_id: str) -> list[BusinessRow]:
    """The latest business of a customer and of those merged into it, the latest first, undated last."""
    columns = (Business.system, Business.kind, Business.name, Business.at)
    query = select(*columns).where(Business.customer_id.in_(family(customer_id)))
    query = query.order_by(Business.at.is_(None), Business.at.desc(), Business.id).limit(_MOST)
    return [BusinessRow(*row) for row in session.execute(query)]
