"""What triage does with events of others; a known event without a row only moves its cursor."""

from services.triage.handlers import demand_received, timer_reached

HANDLERS = {
    "demand.received.v1": demand_received.handle,
    "timer.reached.v1": timer_reached.handle,
}
