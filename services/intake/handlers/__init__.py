"""What intake does with events of others; a known event without a row only moves its cursor."""

from services.intake.handlers import (
    change_requested,
    demand_completed,
    demand_locked,
    demand_merged,
    demand_moved,
    demand_split,
    supplement_requested,
)
from shared.versions import handlers as versions

_MOVING = """
    demand.triaged demand.accepted demand.joined demand.routed demand.classified priority.proposed demand.voted
    demand.prioritised demand.assigned demand.transferred demand.evaluated resources.lacking demand.planned task.changed
    demand.progressed demand.blocked demand.unblocked demand.delayed promise.made demand.handed_over demand.closed
    demand.rejected demand.linked demand.corrected demand.resumed change.approved
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
    "demand.merged.v1": demand_merged.merged,
    "demand.unmerged.v1": demand_merged.unmerged,
    "demand.split.v1": demand_split.split,
    "demand.followed-up.v1": demand_split.followed_up,
}
