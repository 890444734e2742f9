"""What triage tells departments that own their tools: work for them, and answers to their commands."""

from marshmallow import fields, validate

from shared.contracts.shapes import (
    Customer,
    Deadline,
    OfDemand,
    Pin,
    PriorityOf,
    Quality,
    Status,
    Strict,
    TaskOf,
    TypeOf,
    maybe,
    moment,
    text,
    texts,
)


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
    """triage to a department's queue: what happened to a demand it has, and how the demand stands now.

    tasks: of a joining department its own, of the lead all.
    """

    department, events, at = text(), texts(), moment()
    type = fields.Nested(TypeOf, required=True, allow_none=True)
    priority = fields.Nested(PriorityOf, required=True)
    status = fields.Nested(Status, required=True)
    deadlines = fields.List(fields.Nested(Deadline), required=True)
    tasks = fields.List(fields.Nested(TaskOf), required=True)


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
    "work.offered": WorkOffered,
    "work.updated": WorkUpdated,
    "work.withdrawn": WorkWithdrawn,
    "work.accepted": WorkAccepted,
    "work.refused": WorkRefused,
}
