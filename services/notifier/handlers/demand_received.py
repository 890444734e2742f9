"""demand.received: remember what notices need, plan the acknowledgement."""

from sqlalchemy.orm import Session

from services.notifier.handlers.context import Context
from services.notifier.usecases.plan_acknowledgement import plan_acknowledgement
from shared.clock import parse_time, system_now
from shared.messaging.envelope import Event


def handle(session: Session, event: Event, ctx: Context) -> None:
    """Waits while the pinned policy has not arrived."""
    data = event.data
    promised = data["first_response_by"]
    demand = {
        "id": data["demand_id"],
        "number": data["number"],
        "policy": data["policy"]["code"],
        "policy_version": data["policy"]["version"],
        "language": data["language"],
        "customer_number": data["customer"]["number"],
        "reachable_by": data["reachable_by"],
        "first_response_by": parse_time(promised) if promised else None,
    }
    plan_acknowledgement(session, demand, data["policy"], policies=ctx.policies, domain=ctx.domain, now=system_now())
