"""What triage does with events of others; a known event without a row only moves its cursor."""

from services.triage.handlers import customer, demand_received, timer_reached

HANDLERS = {
    "demand.received.v1": demand_received.handle,
    "demand.supplemented.v1": customer.handle,
    "demand.communicated.v1": customer.handle,
    "attachment.added.v1": customer.attached,
    "demand.confirmed.v1": customer.handle,
    "demand.disputed.v1": customer.handle,
    "demand.withdrawn.v1": customer.handle,
    "customer.changed.v1": customer.changed,
    "change.confirmed.v1": customer.handle,
    "change.declined.v1": customer.handle,
    "timer.reached.v1": timer_reached.handle,
}
