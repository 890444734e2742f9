"""Numbers that others know customers by."""

from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from services.intake.child_tables import CustomerNumber
from services.intake.domain.customer_numbers import MOST, NumberKey, NumberRow
from services.intake.store.customers import family
from shared.db import upsert
from shared.ids import new_id

_N = CustomerNumber


def owner(session: Session, key: NumberKey) -> str | None:
    """The id of the customer who has it."""
    return session.execute(select(_N.customer_id).where(*_is(key))).scalar_one_or_none()


def holders(session: Session, number: str, *, kind: str | None = None, limit: int) -> list[str]:
    """Ids of the customers who have this number, of one kind or of any, in whatever system."""
    query = select(_N.customer_id).where(_N.number == number).distinct()
    query = query if kind is None else query.where(_N.kind == kind)
    return list(session.execute(query.order_by(_N.customer_id).limit(limit)).scalars())


def add(session: Session, row: NumberRow) -> bool:
    """Note a number; False when it is noted already, whosever it is."""
    statement = upsert(session, _N).values(id=new_id(), **vars(row)).on_conflict_do_nothing().returning(_N.id)
    return session.execute(statement).first() is not None


def count(session: Session, customer_id: str) -> int:
    """How many numbers a customer has."""
    return int(session.execute(select(func.count()).where(_N.customer_id == customer_id)).scalar_one())


def of_family(session: Session, customer_id: str) -> list[NumberRow]:
    """The numbers of a customer and of those merged into it, in order."""
    columns = (_N.customer_id, _N.kind, _N.system, _N.number, _N.at, _N.by)
    query = select(*columns).where(_N.customer_id.in_(family(customer_id)))
    rows = session.execute(query.order_by(_N.kind, _N.system, _N.number).limit(5 * MOST))
    return [NumberRow(*row) for row in rows]


def drop(session: Session, customer_id: str, key: NumberKey) -> bool:
    """Forget a number of a customer or of one merged into it; False when there is none."""
    theirs = _N.customer_id.in_(family(customer_id))
    return session.execute(delete(_N).where(theirs, *_is(key)).returning(_N.id)).first() is not None


def _is(key: NumberKey) -> list[Any]:
    return [_N.kind == key.kind, _N.system == key.system, _N.number == key.number]
