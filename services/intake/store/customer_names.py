"""What a search by name finds: keyed hashes of parts of names."""

from collections.abc import Collection

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from services.intake.child_tables import NamePart


def add(session: Session, customer_id: str, hashes: Collection[str]) -> None:
    """Let a new customer be found; one statement, none without a name."""
    if hashes:
        session.execute(insert(NamePart).values([{"hash": one, "customer_id": customer_id} for one in sorted(hashes)]))


def replace(session: Session, customer_id: str, hashes: Collection[str]) -> None:
    """Let a customer be found by these and by no others."""
    session.execute(delete(NamePart).where(NamePart.customer_id == customer_id))
    add(session, customer_id, hashes)


def holding(session: Session, hashes: Collection[str], *, limit: int) -> list[str]:
    """Ids of customers whose names hold all of these, the newest first; none for nothing."""
    if not hashes:
        return []
    query = select(NamePart.customer_id).where(NamePart.hash.in_(hashes)).group_by(NamePart.customer_id)
    query = query.having(func.count() == len(hashes)).order_by(NamePart.customer_id.desc())
    return list(session.execute(query.limit(limit)).scalars())
