"""What has to be chased: open deadlines that are over or will be soon, over all demands."""

from datetime import datetime
from typing import Any

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from services.triage.child_tables import Deadline
from services.triage.domain.deadlines import NEVER_BREACHED
from services.triage.store.deadlines import STANDS
from services.triage.tables import Case, Work

_COLUMNS = (
    Deadline.id,
    Deadline.code,
    Deadline.kind,
    Deadline.due_at,
    Deadline.breached_at,
    Case.number,
    Case.subject,
    Case.policy,
    Case.policy_version,
    Case.priority_code,
    Case.lead,
    Case.handler_id,
    Case.handler_name,
    Case.status_code,
    Case.blocked_at,
)


def page(
    session: Session,
    *,
    until: datetime,
    department: str | None,
    policy: str | None,
    after: tuple[datetime, str] | None,
    limit: int,
) -> list[dict[str, Any]]:
    """Rows of deadline and demand, the most overdue first. department: only what stands before it."""
    query = (
        select(*_COLUMNS)
        .join(Case, Case.id == Deadline.demand_id)
        .where(
            Deadline.met_at.is_(None),
            Deadline.superseded_at.is_(None),
            Deadline.paused_at.is_(None),
            Deadline.kind.not_in(NEVER_BREACHED),
            Deadline.due_at < until,
            STANDS,
        )
        .order_by(Deadline.due_at, Deadline.id)
        .limit(limit)
    )
    if department is not None:
        stands = exists().where(
            Work.demand_id == Case.id, Work.department == department, Work.state.in_(["offered", "accepted"])
        )
        query = query.where(stands)
    if policy is not None:
        query = query.where(Case.policy == policy)
    if after is not None:
        due, last = after
        query = query.where(or_(Deadline.due_at > due, (Deadline.due_at == due) & (Deadline.id > last)))
    return [dict(row) for row in session.execute(query).mappings()]
