"""What the notifier does with events of others; a known event without a row only moves its cursor."""

from services.notifier.handlers import campaigns, decided, demand_received, happened, reading
from shared.versions import handlers as versions

HANDLERS = {
    **versions.HANDLERS,
    "demand.received.v1": demand_received.handle,
    "demand.triaged.v1": decided.triaged,
    "demand.routed.v1": decided.routed,
    "deadlines.changed.v1": decided.deadlines,
    "campaign.opened.v1": campaigns.opened,
    "campaign.closed.v1": campaigns.closed,
    **{f"{kind}.v1": happened.handle for kind in reading.FACTS},
}
