"""Demands counted, for the overview."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.reporting.child_tables import Deadline
from services.reporting.domain.overview import Answers, Group, Kept, Source, Taken
from services.reporting.domain.period import Period
from services.reporting.tables import Demand

NEVER_LATE = ("reminder", "no_answer", "grace")
"""Kinds of clocks that only ring: nothing is owed by them."""

COUNTED = func.coalesce(Demand.rejected_kind, "") != "spam"
"""What figures are made of: everything that came in but spam."""


def groups(session: Session, period: Period, policy: str | None) -> list[Group]:
    """Demands received in a period, counted by what was decided about them."""
    alike = (Demand.policy, Demand.status_category, Demand.type_code, Demand.priority_code, Demand.lead)
    query = select(
        *alike,
        func.count(),
        func.count().filter(Demand.breached > 0),
        func.sum(Demand.notices_sent),
        func.sum(Demand.notices_failed),
    )
    return [Group(*row.tuple()) for row in session.execute(_received(query, period, policy).group_by(*alike))]


def sources(session: Session, period: Period, policy: str | None) -> list[Source]:
    """Demands received in a period by the channel they came in on."""
    alike = (Demand.policy, Demand.channel, Demand.channel_kind)
    query = select(*alike, func.count())
    return [Source(*row.tuple()) for row in session.execute(_received(query, period, policy).group_by(*alike))]


def kept(session: Session, period: Period, policy: str | None) -> list[Kept]:
    """Clocks of demands received in a period by kind: how many were kept and how many were missed."""
    missed = Deadline.breached_at.is_not(None)
    query = select(
        Demand.policy,
        Deadline.kind,
        func.count().filter(~missed, Deadline.met_at.is_not(None)),
        func.count().filter(missed),
    ).join(Demand, Demand.demand_id == Deadline.demand_id)
    query = query.where(Deadline.kind.not_in(NEVER_LATE))
    alike = (Demand.policy, Deadline.kind)
    return [Kept(*row.tuple()) for row in session.execute(_received(query, period, policy).group_by(*alike))]


def answers(session: Session, period: Period, policy: str | None) -> list[Answers]:
    """Completed demands received in a period by the customer's last answer, None: none came."""
    alike = (Demand.policy, Demand.satisfaction)
    query = select(*alike, func.count()).where(Demand.completed_at.is_not(None))
    return [Answers(*row.tuple()) for row in session.execute(_received(query, period, policy).group_by(*alike))]


def taken(session: Session, period: Period, policy: str | None) -> list[Taken]:
    """Completed demands received in a period, and their working minutes on average."""
    query = select(Demand.policy, func.count(), func.avg(Demand.handling_minutes)).where(
        Demand.handling_minutes.is_not(None)
    )
    return [Taken(*row.tuple()) for row in session.execute(_received(query, period, policy).group_by(Demand.policy))]


def _received(query: Any, period: Period, policy: str | None) -> Any:
    query = query.where(Demand.received_at >= period.begins, Demand.received_at < period.ends, COUNTED)
    return query if policy is None else query.where(Demand.policy == policy)
