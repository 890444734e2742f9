"""What the figures of one policy's period are made of."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.reporting.child_tables import Deadline, Delay, Opinion
from services.reporting.domain.corrected import as_corrected
from services.reporting.domain.figure import Material
from services.reporting.domain.period import Period
from services.reporting.store.dossiers import DEMAND, known_names
from services.reporting.store.figures import COUNTED, NEVER_LATE
from services.reporting.tables import Customer, Demand
from shared.policies.model import Policy


def of(session: Session, policy: Policy, period: Period) -> Material:
    """Every row of the policy (all its versions) that a figure may need; seven statements."""
    return Material(
        policy=policy,
        period=period,
        names=known_names(session),
        received=_demands(session, policy, Demand.received_at, period),
        completed=_demands(session, policy, Demand.completed_at, period),
        closed=_demands(session, policy, Demand.closed_at, period),
        deadlines=_deadlines(session, policy, period),
        delays=_delays(session, policy, period),
        opinions=_opinions(session, policy, period),
    )


def _demands(session: Session, policy: Policy, moment: Any, period: Period) -> list[dict[str, Any]]:
    query = (
        select(*DEMAND)
        .outerjoin(Customer, Customer.number == Demand.customer_number)
        .where(Demand.policy == policy.code, COUNTED, *_within(moment, period))
        .order_by(Demand.number)
    )
    return [as_corrected(dict(row)) for row in session.execute(query).mappings()]


def _deadlines(session: Session, policy: Policy, period: Period) -> list[dict[str, Any]]:
    query = (
        select(Demand.number, Deadline.code, Deadline.kind, Deadline.due_at, Deadline.met_at, Deadline.breached_at)
        .join(Demand, Demand.demand_id == Deadline.demand_id)
        .where(
            Demand.policy == policy.code, COUNTED, Deadline.kind.not_in(NEVER_LATE), *_within(Deadline.due_at, period)
        )
        .order_by(Demand.number, Deadline.id)
    )
    return [dict(row) for row in session.execute(query).mappings()]


def _delays(session: Session, policy: Policy, period: Period) -> list[dict[str, Any]]:
    query = (
        select(Demand.number, Delay.at, Delay.reason, Delay.reason_label, Delay.late)
        .join(Demand, Demand.demand_id == Delay.demand_id)
        .where(Demand.policy == policy.code, COUNTED, *_within(Delay.at, period))
        .order_by(Demand.number, Delay.version)
    )
    return [dict(row) for row in session.execute(query).mappings()]


def _opinions(session: Session, policy: Policy, period: Period) -> list[dict[str, Any]]:
    query = (
        select(Demand.number, Opinion.cycle, Opinion.satisfaction, Opinion.satisfied, Opinion.signed)
        .join(Demand, Demand.demand_id == Opinion.demand_id)
        .where(Demand.policy == policy.code, COUNTED, *_within(Demand.completed_at, period))
        .order_by(Demand.number, Opinion.cycle)
    )
    last = {row["number"]: dict(row) for row in session.execute(query).mappings()}
    return list(last.values())


def _within(moment: Any, period: Period) -> tuple[Any, Any]:
    begins: datetime = period.begins
    return moment >= begins, moment < period.ends
