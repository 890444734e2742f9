"""What intake does with events of others; a known event without a row only moves its cursor."""

from services.intake.handlers import demand_accepted, demand_routed, demand_triaged
from shared.versions import handlers as versions

HANDLERS = {
    **versions.HANDLERS,
    "demand.triaged.v1": demand_triaged.handle,
    "demand.accepted.v1": demand_accepted.handle,
    "demand.routed.v1": demand_routed.handle,
}
