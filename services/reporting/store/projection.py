"""Writing the read store: every statement is an upsert, so that any source may come first."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, func
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from services.reporting.tables import Customer, Deadline, Demand, Department


def fill_demand(session: Session, demand_id: str, values: Mapping[str, Any]) -> None:
    """Set some columns of a demand, making its row if this source is the first."""
    _put(session, Demand, ["demand_id"], {"demand_id": demand_id, **values})


def count_up(session: Session, demand_id: str, column: str, **values: Any) -> None:
    """Add one to a count of a demand and set other columns beside it; a moment only moves forward."""
    counted = getattr(Demand, column)
    insert = _insert(session)(Demand).values(demand_id=demand_id, **{column: 1}, **values)
    later = {name: _later(session, getattr(Demand, name), insert.excluded[name]) for name in values}
    session.execute(insert.on_conflict_do_update(index_elements=["demand_id"], set_={column: counted + 1, **later}))


def put_customer(session: Session, values: Mapping[str, Any]) -> None:
    """What is known of a customer now."""
    _put(session, Customer, ["number"], values)


def put_department(session: Session, values: Mapping[str, Any]) -> None:
    """A department as it is now."""
    _put(session, Department, ["code"], values)


def replace_deadlines(session: Session, demand_id: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """The demand's whole set of deadlines as it is now."""
    kept = [row["id"] for row in rows]
    session.execute(delete(Deadline).where(Deadline.demand_id == demand_id, Deadline.id.not_in(kept)))
    for row in rows:
        put_deadline(session, {"demand_id": demand_id, **row})


def put_deadline(session: Session, row: Mapping[str, Any]) -> None:
    """Some facts about one deadline; the others stay."""
    _put(session, Deadline, ["id"], row)


def _put(session: Session, table: Any, keys: list[str], values: Mapping[str, Any]) -> None:
    rest = {name: value for name, value in values.items() if name not in keys}
    session.execute(_insert(session)(table).values(**values).on_conflict_do_update(index_elements=keys, set_=rest))


def _later(session: Session, present: Any, new: Any) -> Any:
    greatest = func.max if session.get_bind().dialect.name == "sqlite" else func.greatest
    return greatest(func.coalesce(present, new), new)


def _insert(session: Session) -> Any:
    return sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgres_insert
