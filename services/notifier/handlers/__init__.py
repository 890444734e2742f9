"""What the notifier does with events of others; a known event without a row only moves its cursor."""

from services.notifier.handlers import deadlines, demand_received
from shared.versions import handlers as versions

HANDLERS = {
    **versions.HANDLERS,
    "demand.received.v1": demand_received.handle,
    "demand.triaged.v1": deadlines.handle,
    "deadlines.changed.v1": deadlines.handle,
}
