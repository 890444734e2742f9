"""Remember a new demand and plan its acknowledgement, where the policy has one and a mail address is known."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.notifier.store import demands, notices
from shared.messaging.errors import Waiting
from shared.policies.loader import Policies
from shared.policies.model import Policy

KIND = "acknowledgement"


def plan_acknowledgement(
    session: Session,
    demand: Mapping[str, Any],
    pin: Mapping[str, str],
    *,
    policies: Policies,
    domain: str,
    now: datetime,
) -> None:
    """demand: columns of store.demands; pin: {code, version, sha256}; now: system time.

    Waiting while the pinned policy has not arrived.
    """
    policy = _pinned(policies, pin)
    demands.add(session, demand)
    notice = policy.notice(KIND)
    if notice is not None and "email" in demand["reachable_by"]:
        notices.plan(session, demand_id=demand["id"], kind=KIND, audience=notice.audience, domain=domain, now=now)


def _pinned(policies: Policies, pin: Mapping[str, str]) -> Policy:
    try:
        policy = policies.pinned(pin["code"], pin["version"])
    except LookupError:
        policy = None
    if policy is None or policy.sha256 != pin["sha256"]:
        raise Waiting(f"policy/{pin['code']}/{pin['version']}")
    return policy
