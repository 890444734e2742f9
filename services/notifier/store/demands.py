"""What the notifier remembers of demands."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from services.notifier.domain.demands import DemandRow
from services.notifier.tables import Demand
from shared.db import upsert

_ALL = Demand.__table__.columns


def keep(session: Session, demand_id: str, columns: Mapping[str, Any]) -> DemandRow:
    """Fill these columns, whether the demand was known or not; the whole row, locked until the commit."""
    add = upsert(session, Demand).values(id=demand_id, **columns)
    changed = dict(columns) or {"id": demand_id}  # an update of nothing would neither lock nor return the row
    statement = add.on_conflict_do_update(index_elements=["id"], set_=changed).returning(*_ALL)
    return DemandRow(**session.execute(statement).mappings().one())
