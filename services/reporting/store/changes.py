"""Changes of plans, whichever source speaks of one first."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.reporting.child_tables import Change
from shared.db import upsert


def fill(session: Session, demand_id: str, change_id: str, values: Mapping[str, Any]) -> None:
    """Set columns of a change; those not named stay."""
    key = {"demand_id": demand_id, "change_id": change_id}
    add = upsert(session, Change).values(**key, **values)
    session.execute(add.on_conflict_do_update(index_elements=list(key), set_=dict(values)))


def add_approval(session: Session, demand_id: str, change_id: str, row: Mapping[str, Any]) -> None:
    """One more of ours who agreed {party, by, at}."""
    query = select(Change.approvals).where(Change.demand_id == demand_id, Change.change_id == change_id)
    known = session.execute(query).scalar_one_or_none() or []
    fill(session, demand_id, change_id, {"approvals": [*known, dict(row)]})
