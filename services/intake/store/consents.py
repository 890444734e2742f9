"""What customers agreed to."""

from dataclasses import asdict

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from services.intake.child_tables import Consent
from services.intake.domain.records import ConsentRow

_MOST = 100


def add(session: Session, row: ConsentRow) -> None:
    """Insert a consent."""
    session.execute(insert(Consent).values(**asdict(row)))


def of_customer(session: Session, customer_id: str) -> list[ConsentRow]:
    """A customer's latest hundred consents, the newest first."""
    columns = Consent.__table__.columns
    query = select(*columns).where(Consent.customer_id == customer_id)
    rows = session.execute(query.order_by(Consent.at.desc(), Consent.id.desc()).limit(_MOST)).mappings()
    return [ConsentRow(**row) for row in rows]
