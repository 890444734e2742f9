"""The work list, its rows, and one demand with all that is known of it."""

from typing import Any

from marshmallow import Schema, fields, validate

_STATUSES = ["pending", "in_progress", "waiting", "completed", "closed"]


class ListQuerySchema(Schema):
    """What the work list is narrowed to; cursor and limit as everywhere."""

    department = fields.String(validate=validate.Length(1, 40))
    status = fields.String(validate=validate.OneOf(_STATUSES))
    priority = fields.String(validate=validate.Length(1, 60), metadata={"description": "The policy's code."})
    policy = fields.String(validate=validate.Length(1, 20))
    track = fields.String(validate=validate.OneOf(["handling", "service_review", "monthly_analysis"]))
    handler = fields.String(validate=validate.Length(1, 36), metadata={"description": "A staff id."})
    undecided = fields.Boolean(load_default=False, metadata={"description": "Only what waits to be sorted by hand."})
    overdue = fields.Boolean(load_default=False, metadata={"description": "Only with an unmet deadline in the past."})
    q = fields.String(
        validate=validate.Length(1, 100),
        metadata={
            "description": "Only what holds all these words in number, subject, description, the customer's number or "
            "company; words and numbers by their beginning, Chinese as it stands."
        },
    )
    cursor = fields.String()
    limit = fields.String()


class PinSchema(Schema):
    """The policy a demand is run by."""

    code = fields.String()
    version = fields.String()
    sha256 = fields.String()


class TypeSchema(Schema):
    """A demand's type."""

    code = fields.String()
    label = fields.String()
    category = fields.String()


class PrioritySchema(Schema):
    """A demand's priority; rank 1 is the highest."""

    rank = fields.Integer()
    code = fields.String()
    label = fields.String()


class StatusSchema(Schema):
    """The policy's status with its canonical category."""

    code = fields.String()
    category = fields.String(validate=validate.OneOf(_STATUSES))
    label = fields.String()
    resolution = fields.String(allow_none=True)


class DeadlineSchema(Schema):
    """One clock of one demand: counted from started_at by span under a version of a calendar, step by step."""

    id = fields.String()
    code = fields.String()
    span = fields.String()
    calendar = fields.String()
    started_at = fields.String()
    superseded_at = fields.String(allow_none=True)
    paused_at = fields.String(allow_none=True)
    steps = fields.List(fields.Dict())
    kind = fields.String()
    cycle = fields.Integer()
    occurrence = fields.Integer()
    provisional = fields.Boolean()
    due_at = fields.String()
    approaching_at = fields.String(allow_none=True)
    met_at = fields.String(allow_none=True)
    breached_at = fields.String(allow_none=True)


class CaseSchema(Schema):
    """A row of the work list: no personal data."""

    id = fields.String()
    number = fields.String()
    version = fields.Integer()
    policy = fields.Nested(PinSchema)
    type = fields.Nested(TypeSchema, allow_none=True)
    track = fields.String()
    priority = fields.Nested(PrioritySchema)
    lead = fields.String()
    joining = fields.List(fields.String())
    status = fields.Nested(StatusSchema)
    cycle = fields.Integer()
    handler = fields.Dict(allow_none=True)
    received_at = fields.String()
    first_response_by = fields.String(allow_none=True)
    accepted_at = fields.String(allow_none=True)
    accepted_by = fields.String(allow_none=True)
    subject = fields.String(allow_none=True)
    description = fields.String()
    customer: Any = fields.Dict()


class CaseListSchema(Schema):
    """A page of the work list; the next one is in the Link header."""

    items = fields.List(fields.Nested(CaseSchema))


class ReasonsSchema(Schema):
    """Why a demand was decided so: what spoke for its type, its route and its priority, and the level proposed."""

    type = fields.List(fields.String())
    candidates = fields.List(fields.List(fields.Raw()))
    route = fields.String()
    priority = fields.List(fields.String())
    proposed = fields.String()


class PromiseSchema(Schema):
    """One thing that was told to the customer."""

    number = fields.Integer()
    kind = fields.String()
    text = fields.String()
    channel = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)
    told_at = fields.String()
    told_by = fields.String()
    promised_for = fields.String(allow_none=True)
    predecessor = fields.Integer(allow_none=True)
    late = fields.Boolean()
    kept_at = fields.String(allow_none=True)


class ChangeSchema(Schema):
    """A change of the plan: before: the finish expected until then; answers [{party, agreed, at, by, reason}]."""

    id = fields.String()
    number = fields.Integer()
    state = fields.String(validate=validate.OneOf(["open", "approved", "refused"]))
    what = fields.String()
    reason = fields.String()
    plan = fields.String()
    expected_finish = fields.String(allow_none=True)
    before = fields.String(allow_none=True)
    cost = fields.Dict(allow_none=True)
    requested_at = fields.String()
    requested_by = fields.String()
    answers = fields.List(fields.Dict())
    decided_at = fields.String(allow_none=True)


class TimelineSchema(Schema):
    """One thing that happened; source: who told it."""

    source = fields.String()
    version = fields.Integer()
    event = fields.String()
    at = fields.String()
    data = fields.Dict()


class CaseAnswerSchema(CaseSchema):
    """One demand with its deadlines, the reasons of its decision, what was promised and what may be done now.

    historic: what a row of the past says of itself {limit, owner, status ...}; no deadline is ever made of its limit.
    """

    deadlines = fields.List(fields.Nested(DeadlineSchema))
    reasons = fields.Nested(ReasonsSchema)
    quality = fields.Dict()
    questions = fields.List(fields.String())
    promises = fields.List(fields.Nested(PromiseSchema))
    changes = fields.List(fields.Nested(ChangeSchema))
    handed_over = fields.Dict(allow_none=True)
    result = fields.Dict(allow_none=True)
    satisfaction = fields.String(allow_none=True)
    locked_at = fields.String(allow_none=True)
    historic = fields.Dict(allow_none=True)
    actions = fields.List(fields.String())
    timeline = fields.List(fields.Nested(TimelineSchema))


class ActionAnswerSchema(Schema):
    """A demand after an action."""

    number = fields.String()
    status = fields.Nested(StatusSchema)
    version = fields.Integer()
