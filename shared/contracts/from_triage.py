"""What triage tells: decisions, handling, deadlines, policies, calendars, departments, staff; texts are redacted."""

from marshmallow import fields, validate

from shared.contracts.shapes import (
    Customer,
    Deadline,
    Handler,
    OfDemand,
    Pin,
    PriorityOf,
    Quality,
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


class OfCase(OfDemand):
    """What every step of handling says besides: the status it leads to, and who did it."""

    status = fields.Nested(Status, required=True)
    by = text()


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


class DemandAssigned(OfCase):
    """triage: who handles it, and who joins."""

    handler = fields.Nested(Handler, required=True)
    department, joining = text(), texts()


class DemandTransferred(OfCase):
    """triage: another department leads from now on."""

    route = fields.Nested(Route, required=True)
    before, reason = text(), text()


class SupplementRequested(OfCase):
    """triage: the customer is asked for what is missing."""

    missing, vague, text, at = texts(), texts(), maybe(), moment()


class DemandResumed(OfCase):
    """triage: the customer's supplement came in, handling goes on; quality: what is still wanting."""

    supplement_id = text()
    quality = fields.Nested(Quality, required=True)


class DemandEvaluated(OfCase):
    """triage: what the departments concerned think of it."""

    verdict = text(validate=validate.OneOf(["feasible", "partly", "infeasible"]))
    text, alternative, at = text(), maybe(), moment()


class DemandPlanned(OfCase):
    """triage: how it will be solved and by when."""

    text, workaround, expected_finish, at = text(), maybe(), moment(), moment()


class DemandProgressed(OfCase):
    """triage: a note of progress."""

    text, at = text(), moment()


class DemandDelayed(OfCase):
    """triage: the date will not be kept. late: told after the policy's term."""

    reason, reason_label, note, before, expected_finish, at = text(), text(), maybe(), moment(), moment(), moment()
    told_at, channel = maybe_moment(), maybe()
    late = fields.Boolean(required=True)


class PromiseMade(OfCase):
    """triage: something was told to the customer; promised_for: a date that counts from now on."""

    promise, channel, text, promised_for, at = number(), text(), text(), maybe_moment(), moment()
    fulfils = fields.Integer(required=True, allow_none=True, strict=True)


class Result(Strict):
    """What came out: conclusion, next step, what to mind."""

    conclusion, next_step, notes = text(), maybe(), maybe()


class DemandCompleted(OfCase):
    """triage: handling is done; the customer is to say whether it satisfies."""

    cycle, at = number(), moment()
    result = fields.Nested(Result, required=True)
    expectation_met = fields.Boolean(required=True, allow_none=True)
    left_over = maybe()


class CycleStarted(OfCase):
    """triage: the customer was not satisfied, it is handled anew."""

    cycle, at = number(), moment()


class DemandClosed(OfCase):
    """triage: the end."""

    cycle, at, measure, reason = number(), moment(), maybe(), maybe()


class DeadlinesChanged(OfDemand):
    """triage: the demand's whole current set of deadlines."""

    deadlines = fields.List(fields.Nested(Deadline), required=True)


class DeadlineBreached(OfDemand):
    """triage: a deadline passed unmet."""

    deadline_id, code, kind = text(), text(), text()
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


class StaffChanged(Strict):
    """triage: somebody who works here; no full name, no log-in name."""

    staff_id, masked_name, department = text(), text(), maybe()
    roles, active = texts(), fields.Boolean(required=True)


class WorkOffered(OfDemand):
    """triage to a department's queue: a demand to take on (part lead) or to help with (part joining)."""

    department, description, subject = text(), text(), maybe()
    part = text(validate=validate.OneOf(["lead", "joining"]))
    policy = fields.Nested(Pin, required=True)
    type = fields.Nested(TypeOf, required=True, allow_none=True)
    priority = fields.Nested(PriorityOf, required=True)
    customer = fields.Nested(Customer, required=True)
    quality = fields.Nested(Quality, required=True)
    deadlines = fields.List(fields.Nested(Deadline), required=True)
    offered_at = moment()


class WorkUpdated(OfDemand):
    """triage to a department's queue: what happened to a demand it has, and how the demand stands now."""

    department, events, at = text(), texts(), moment()
    type = fields.Nested(TypeOf, required=True, allow_none=True)
    priority = fields.Nested(PriorityOf, required=True)
    status = fields.Nested(Status, required=True)
    deadlines = fields.List(fields.Nested(Deadline), required=True)


class WorkWithdrawn(OfDemand):
    """triage to a department's queue: the demand is no longer this department's."""

    department, reason, at = text(), text(), moment()


class WorkAccepted(Strict):
    """triage to a department: a command was done."""

    number, command_id, verb = maybe(), text(), text()
    status = fields.Nested(Status)


class WorkRefused(Strict):
    """triage to a department: a command was not done, and why (problem details)."""

    number, command_id, verb = maybe(), text(), text()
    problem = fields.Dict(required=True)


PUBLISHED = {
    "demand.triaged": DemandTriaged,
    "demand.accepted": DemandAccepted,
    "demand.routed": DemandRouted,
    "demand.classified": DemandClassified,
    "demand.prioritised": DemandPrioritised,
    "demand.assigned": DemandAssigned,
    "demand.transferred": DemandTransferred,
    "supplement.requested": SupplementRequested,
    "demand.resumed": DemandResumed,
    "demand.evaluated": DemandEvaluated,
    "demand.planned": DemandPlanned,
    "demand.progressed": DemandProgressed,
    "demand.delayed": DemandDelayed,
    "promise.made": PromiseMade,
    "demand.completed": DemandCompleted,
    "cycle.started": CycleStarted,
    "demand.closed": DemandClosed,
    "deadlines.changed": DeadlinesChanged,
    "deadline.breached": DeadlineBreached,
    "policy.published": PolicyPublished,
    "calendar.published": CalendarPublished,
    "department.changed": DepartmentChanged,
    "staff.changed": StaffChanged,
    "work.offered": WorkOffered,
    "work.updated": WorkUpdated,
    "work.withdrawn": WorkWithdrawn,
    "work.accepted": WorkAccepted,
    "work.refused": WorkRefused,
}
