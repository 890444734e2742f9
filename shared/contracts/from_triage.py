"""What triage tells: decisions, deadlines, policies, calendars, departments, staff; texts are redacted."""

from marshmallow import fields, validate

from shared.contracts import from_handling, from_meetings, from_relating, from_work, from_working
from shared.contracts.shapes import (
    MOMENT,
    Deadline,
    Handler,
    OfCase,
    OfDemand,
    Pin,
    PriorityOf,
    Route,
    Status,
    Strict,
    TypeOf,
    maybe,
    maybe_moment,
    moment,
    number,
    text,
    texts,
)

TRACK = validate.OneOf(["handling", "service_review", "monthly_analysis"])


class DemandTriaged(OfDemand):
    """triage: the whole first decision. type null: nobody could decide, the desk sorts it.

    priority null: a historic row that says none, and nobody recomputes it.
    """

    policy = fields.Nested(Pin, required=True)
    type = fields.Nested(TypeOf, required=True, allow_none=True)
    track = text(validate=TRACK)
    priority = fields.Nested(PriorityOf, required=True, allow_none=True)
    route = fields.Nested(Route, required=True)
    status = fields.Nested(Status, required=True)
    deadlines = fields.List(fields.Nested(Deadline), required=True)
    first_response_by = maybe_moment()


class DemandAccepted(OfCase):
    """triage: a department took the demand on."""

    department, accepted_at = text(), moment()


class DemandRouted(OfCase):
    """triage: a department passed the demand back, and who has it now."""

    declined_by, reason = text(), maybe()
    route = fields.Nested(Route, required=True)


class DemandClassified(OfCase):
    """triage: somebody set the type, which may lead it elsewhere."""

    type = fields.Nested(TypeOf, required=True)
    route = fields.Nested(Route, required=True)
    reason = maybe()


class DemandPrioritised(OfCase):
    """triage: the priority was confirmed, or set otherwise than proposed for a reason."""

    priority = fields.Nested(PriorityOf, required=True)
    proposed, reason = text(), maybe()


class DemandVoted(OfCase):
    """triage: one member of a committee said which priority; missing: how many must still say the same."""

    priority = fields.Nested(PriorityOf, required=True)
    missing = number()


class PriorityProposed(OfCase):
    """triage: the facts changed, and the rules propose another level than before; nothing is applied."""

    proposed = fields.Nested(PriorityOf, required=True)
    reasons, before = texts(), text()


class DemandJoined(OfCase):
    """triage: a department that joins took on its part."""

    department, at = text(), moment()


class DemandAssigned(OfCase):
    """triage: who handles it, and who joins; instead_of: the staff id of who is away, where a deputy handles it."""

    handler = fields.Nested(Handler, required=True)
    department, joining, instead_of = text(), texts(), maybe()


class DemandTransferred(OfCase):
    """triage: another department leads from now on."""

    route = fields.Nested(Route, required=True)
    before, reason = text(), text()


class DeadlinesChanged(OfDemand):
    """triage: the demand's whole current set of deadlines."""

    deadlines = fields.List(fields.Nested(Deadline), required=True)


class DeadlineBreached(OfDemand):
    """triage: a deadline passed unmet; department: the one that led then."""

    deadline_id, code, kind, department = text(), text(), text(), text()
    due_at, breached_at = moment(), moment()


class PolicyPublished(Pin):
    """triage: a new version of a policy; document: its very bytes as text."""

    effective_from, document = moment(), text()


class CalendarPublished(Pin):
    """triage: a new version of a calendar; document: its very bytes as text."""

    document = text()


class DepartmentChanged(Strict):
    """triage: a department of the organisation."""

    code, delivery = text(), text(validate=validate.OneOf(["workbench", "queue"]))
    name = fields.Dict(required=True)


class Away(Strict):
    """An absence; who stands in."""

    from_, until, deputy = text(validate=MOMENT, data_key="from"), moment(), maybe()


class StaffChanged(Strict):
    """triage: somebody who works here; no full name, no log-in name.

    policy_roles: `<policy>.<role>`; away: {from, until, deputy: a staff id or null}, null without an absence.
    """

    staff_id, masked_name, department = text(), text(), maybe()
    roles, policy_roles, active = texts(), texts(), fields.Boolean(required=True)
    away = fields.Nested(Away, required=True, allow_none=True)


PUBLISHED = {
    **from_handling.PUBLISHED,
    **from_relating.PUBLISHED,
    **from_working.PUBLISHED,
    **from_meetings.PUBLISHED,
    **from_work.PUBLISHED,
    "demand.triaged": DemandTriaged,
    "demand.accepted": DemandAccepted,
    "demand.voted": DemandVoted,
    "priority.proposed": PriorityProposed,
    "demand.joined": DemandJoined,
    "demand.routed": DemandRouted,
    "demand.classified": DemandClassified,
    "demand.prioritised": DemandPrioritised,
    "demand.assigned": DemandAssigned,
    "demand.transferred": DemandTransferred,
    "deadlines.changed": DeadlinesChanged,
    "deadline.breached": DeadlineBreached,
    "policy.published": PolicyPublished,
    "calendar.published": CalendarPublished,
    "department.changed": DepartmentChanged,
    "staff.changed": StaffChanged,
}
