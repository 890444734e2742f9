"""What reporting does with events of others; a known event without a row only moves its cursor."""

from services.reporting.handlers import from_intake, from_notifier, from_triage
from shared.versions import handlers as versions

HANDLERS = {
    **versions.HANDLERS,
    "demand.received.v1": from_intake.demand_received,
    "customer.changed.v1": from_intake.customer_changed,
    "demand.triaged.v1": from_triage.demand_triaged,
    "demand.accepted.v1": from_triage.demand_accepted,
    "demand.routed.v1": from_triage.demand_routed,
    "deadlines.changed.v1": from_triage.deadlines_changed,
    "deadline.breached.v1": from_triage.deadline_breached,
    "department.changed.v1": from_triage.department_changed,
    "notice.sent.v1": from_notifier.notice_sent,
    "notice.failed.v1": from_notifier.notice_failed,
}
