"""Tell those concerned of what happened to a demand, by its policy; what comes before its demand waits for it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.notifier.domain.causes import Cause, notices_for
from services.notifier.domain.demands import DemandRow, facts_of, is_historic, reported_facts
from services.notifier.domain.notices import CUSTOMER, Wanted
from services.notifier.store import causes, demands, notices, subscriptions
from shared.messaging.errors import Waiting
from shared.policies.duties import Notice
from shared.policies.loader import Policies
from shared.policies.model import Policy


@dataclass(frozen=True)
class Planner:
    """What planning needs: the policies, and the domain that Message-IDs end in."""

    policies: Policies
    domain: str


def receive(session: Session, data: Mapping[str, Any], cause: Cause, *, planner: Planner, now: datetime) -> None:
    """Intake speaks of a demand: data of demand.received. What waited for it is told after its receipt.

    now: system time. Waiting while the pinned policy has not arrived.
    """
    policy = _pinned(planner.policies, data["policy"])
    columns = {
        "number": data["number"],
        "policy": policy.code,
        "policy_version": policy.version,
        "language": data["language"],
        "customer_number": data["customer"]["number"],
        "reported": reported_facts(data, policy),
        "historic": is_historic(data),
    }
    demand = demands.keep(session, data["demand_id"], columns)
    for one in (cause, *causes.take(session, demand.id)):
        _plan(session, demand, one, planner, now)


def learn(session: Session, demand_id: str, decided: Mapping[str, Any]) -> None:
    """Triage decided something: columns of DemandRow."""
    demands.keep(session, demand_id, decided)


def tell(
    session: Session,
    demand_id: str,
    cause: Cause,
    *,
    by_triage: bool,
    planner: Planner,
    now: datetime,
    decided: Mapping[str, Any] | None = None,
) -> None:
    """Something happened to a demand: plan its notices. decided: columns that it changes; now: system time.

    by_triage: conditions see what triage has decided. Intake's and triage's events come in any order, so what intake
    tells is judged by what was reported alone: the same notices are sent whoever is heard first.
    """
    demand = demands.keep(session, demand_id, decided or {})
    if by_triage:
        known = {"joint": bool(demand.joint)} | ({"type": demand.type_code} if demand.type_code else {})
        cause = replace(cause, decided=known)
    if demand.arrived:
        _plan(session, demand, cause, planner, now)
    else:
        causes.add(session, demand_id, cause)


def _plan(session: Session, demand: DemandRow, cause: Cause, planner: Planner, now: datetime) -> None:
    if demand.historic or demand.policy is None or demand.policy_version is None or demand.reported is None:
        return
    policy = planner.policies.pinned(demand.policy, demand.policy_version)
    chosen = notices_for(policy, facts_of(demand.reported, cause.decided), cause)
    if not chosen:
        return
    wanted = [
        *(Wanted(one.kind, one.audience, _recipient(one), "email", place) for place, one in chosen),
        *(
            Wanted(one.kind, one.audience, f"webhook:{listener.id}", "webhook", place)
            for listener in subscriptions.listening(session, policy.code)
            for place, one in chosen
            if listener.wants(one)
        ),
    ]
    notices.plan(session, demand.id, cause, wanted, domain=planner.domain, now=now)


def _recipient(notice: Notice) -> str:
    return CUSTOMER if notice.audience == CUSTOMER else f"audience:{notice.audience}"


def _pinned(policies: Policies, pin: Mapping[str, str]) -> Policy:
    try:
        policy = policies.pinned(pin["code"], pin["version"])
    except LookupError:
        policy = None
    if policy is None or policy.sha256 != pin["sha256"]:
        raise Waiting(f"policy/{pin['code']}/{pin['version']}")
    return policy
