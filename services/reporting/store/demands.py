"""One row per demand, whichever source speaks of it first."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.reporting.tables import Demand
from shared.db import upsert

Counted = Literal["breached", "notices_sent", "notices_failed"]
_HANDLING = (Demand.policy, Demand.policy_version, Demand.received_at, Demand.completed_at, Demand.historic)


def fill(session: Session, demand_id: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Set columns of a demand; those not named stay. Returns the columns of _HANDLING."""
    add = upsert(session, Demand).values(demand_id=demand_id, **values)
    change = add.on_conflict_do_update(index_elements=["demand_id"], set_=dict(values)).returning(*_HANDLING)
    return dict(session.execute(change).mappings().one())


def plan(session: Session, demand_id: str) -> dict[str, Any] | None:
    """The plan as it stands {text, workaround, at}."""
    return session.execute(select(Demand.plan).where(Demand.demand_id == demand_id)).scalar_one_or_none()


def count(session: Session, demand_id: str, column: Counted, values: Mapping[str, Any]) -> None:
    """Add one to a column and set others."""
    add = upsert(session, Demand).values(demand_id=demand_id, **{column: 1}, **values)
    changed = {column: getattr(Demand, column) + 1, **values}
    session.execute(add.on_conflict_do_update(index_elements=["demand_id"], set_=changed))


def supplement(
    session: Session, demand_id: str, added: str | None, fields: Mapping[str, Any], quality: Mapping[str, Any], at: str
) -> None:
    """Add to the description, answer fields, and keep what is still wanting. at: RFC 3339."""
    query = select(Demand.description, Demand.fields, Demand.added).where(Demand.demand_id == demand_id)
    known = session.execute(query).one()
    values: dict[str, Any] = {"fields": {**(known.fields or {}), **fields}, "quality": dict(quality)}
    values["added"] = [*(known.added or ()), {"at": at, "text": added, "fields": dict(fields)}]
    if added:
        values["description"] = f"{known.description}\n{added}" if known.description else added
    fill(session, demand_id, values)


def correct(session: Session, demand_id: str, fact: str, told: Mapping[str, Any]) -> None:
    """Put a fact right. told: {value, at}."""
    known = session.execute(select(Demand.corrected).where(Demand.demand_id == demand_id)).scalar_one_or_none()
    fill(session, demand_id, {"corrected": {**(known or {}), fact: dict(told)}})


def first_received(session: Session, policy: str) -> datetime | None:
    """When the first demand of a policy came in; rows of the past are from before anything is packed or reported."""
    query = select(func.min(Demand.received_at)).where(Demand.policy == policy, Demand.historic.is_(None))
    return session.execute(query).scalar_one()


def projected(session: Session) -> list[str]:
    """Ids of the demands of which both intake and triage have spoken."""
    complete = (Demand.number.is_not(None), Demand.triaged_at.is_not(None))
    return list(session.execute(select(Demand.demand_id).where(*complete).order_by(Demand.demand_id)).scalars())


def totals(session: Session) -> dict[str, int]:
    """The sums of what is counted."""
    names: tuple[Counted, ...] = ("breached", "notices_sent", "notices_failed")
    row = session.execute(select(*[func.coalesce(func.sum(getattr(Demand, name)), 0) for name in names])).one()
    return dict(zip(names, map(int, row), strict=True))
