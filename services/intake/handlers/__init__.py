"""What intake does with events of others; a known event without a row only moves its cursor."""

from services.intake.handlers import demand_completed, demand_merged, demand_moved, demand_split, supplement_requested
from shared.versions import handlers as versions

_MOVING = """
    demand.triaged demand.accepted demand.routed demand.classified demand.prioritised demand.assigned
    demand.transferred demand.evaluated resources.lacking demand.planned task.changed demand.progressed demand.blocked
    demand.unblocked demand.delayed promise.made demand.closed demand.rejected demand.linked demand.corrected
"""

HANDLERS = {
    **versions.HANDLERS,
    **{f"{kind}.v1": demand_moved.handle for kind in _MOVING.split()},
    "supplement.requested.v1": supplement_requested.handle,
    "demand.completed.v1": demand_completed.handle,
    "cycle.started.v1": demand_completed.handle,
    "demand.merged.v1": demand_merged.merged,
    "demand.unmerged.v1": demand_merged.unmerged,
    "demand.split.v1": demand_split.split,
    "demand.followed-up.v1": demand_split.followed_up,
}
