"""What intake does with events of others; a known event without a row only moves its cursor."""

from services.intake.handlers import (
    change_requested,
    demand_completed,
    demand_locked,
    demand_moved,
    supplement_requested,
)
from shared.versions import handlers as versions

_MOVING = """
    demand.triaged demand.accepted demand.routed demand.classified demand.prioritised demand.assigned
    demand.transferred demand.evaluated demand.planned demand.progressed demand.delayed promise.made demand.handed_over
    demand.closed change.approved
"""

HANDLERS = {
    **versions.HANDLERS,
    **{f"{kind}.v1": demand_moved.handle for kind in _MOVING.split()},
    "supplement.requested.v1": supplement_requested.handle,
    "change.requested.v1": change_requested.requested,
    "change.decided.v1": change_requested.decided,
    "demand.locked.v1": demand_locked.handle,
    "demand.completed.v1": demand_completed.handle,
    "cycle.started.v1": demand_completed.handle,
}
