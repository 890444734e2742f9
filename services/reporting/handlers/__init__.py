"""What reporting does with events of others; a known event without a row only moves its cursor."""

from services.reporting.handlers import from_handling, from_intake, from_notifier, from_triage
from shared.versions import handlers as versions

HANDLERS = {
    **versions.HANDLERS,
    "demand.received.v1": from_intake.demand_received,
    "demand.supplemented.v1": from_intake.demand_supplemented,
    "demand.communicated.v1": from_intake.demand_communicated,
    "demand.confirmed.v1": from_intake.demand_confirmed,
    "demand.disputed.v1": from_intake.demand_disputed,
    "demand.withdrawn.v1": from_intake.demand_withdrawn,
    "customer.changed.v1": from_intake.customer_changed,
    "demand.triaged.v1": from_triage.demand_triaged,
    "demand.classified.v1": from_triage.demand_classified,
    "demand.prioritised.v1": from_triage.demand_prioritised,
    "demand.routed.v1": from_triage.demand_moved,
    "demand.transferred.v1": from_triage.demand_moved,
    "demand.accepted.v1": from_triage.demand_accepted,
    "demand.assigned.v1": from_triage.demand_assigned,
    "deadlines.changed.v1": from_triage.deadlines_changed,
    "deadline.breached.v1": from_triage.deadline_breached,
    "department.changed.v1": from_triage.department_changed,
    "staff.changed.v1": from_triage.staff_changed,
    "supplement.requested.v1": from_handling.status_changed,
    "demand.resumed.v1": from_handling.status_changed,
    "demand.evaluated.v1": from_handling.demand_evaluated,
    "demand.planned.v1": from_handling.demand_planned,
    "demand.progressed.v1": from_handling.demand_progressed,
    "demand.delayed.v1": from_handling.demand_delayed,
    "promise.made.v1": from_handling.promise_made,
    "demand.completed.v1": from_handling.demand_completed,
    "cycle.started.v1": from_handling.cycle_started,
    "demand.closed.v1": from_handling.demand_closed,
    "notice.sent.v1": from_notifier.notice_sent,
    "notice.failed.v1": from_notifier.notice_failed,
}
