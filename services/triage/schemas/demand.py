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
    blocked = fields.Boolean(load_default=False, metadata={"description": "Only what something stands in the way of."})
    open = fields.Boolean(load_default=False, metadata={"description": "Only what is not completed."})
    review = fields.String(
        validate=validate.OneOf(["priority"]),
        metadata={"description": "priority: only where another level is proposed since the facts changed."},
    )
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


class LevelSchema(Schema):
    """A level of priority; rank 1 is the highest."""

    rank = fields.Integer()
    code = fields.String()
    label = fields.String()


class PrioritySchema(LevelSchema):
    """A demand's priority. proposed: another level that the rules propose since the facts changed, not applied."""

    proposed = fields.Nested(LevelSchema, allow_none=True)


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


class BlockedSchema(Schema):
    """What stands in the way, since when; task: the one that it stops."""

    since = fields.String()
    reason = fields.String()
    label = fields.String()
    note = fields.String(allow_none=True)
    task = fields.String(allow_none=True)
    reported_at = fields.String()
    by = fields.String()


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
    blocked = fields.Nested(BlockedSchema, allow_none=True)
    subject = fields.String(allow_none=True)
    description = fields.String()
    customer: Any = fields.Dict()


class CaseListSchema(Schema):
    """A page of the work list; the next one is in the Link header."""

    items = fields.List(fields.Nested(CaseSchema))


class ReasonsSchema(Schema):
    """Why a demand was decided so: what spoke for its type, its route and its priority, and the level proposed.

    proposal: what spoke for a level that was proposed later; votes {staff_id, priority, handler, at}: who wants which
    level, while the quorum is not reached; declared: the type as it was declared.
    """

    type = fields.List(fields.String())
    declared = fields.String(allow_none=True)
    candidates = fields.List(fields.List(fields.Raw()))
    route = fields.String()
    priority = fields.List(fields.String())
    proposed = fields.String()
    possible_duplicate = fields.List(
        fields.String(),
        metadata={"description": "Why it is very likely a demand that is here already; see /duplicates."},
    )
    proposal = fields.List(fields.String())
    votes = fields.List(fields.Dict())


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


class PlanChangeSchema(Schema):
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


class RelationSchema(Schema):
    """direction to: this demand is it of the other; from: the other of this one. status, resolution: of the other."""

    number = fields.String()
    relation = fields.String()
    direction = fields.String()
    status = fields.String(validate=validate.OneOf(_STATUSES))
    resolution = fields.String(allow_none=True)
    note = fields.String(allow_none=True)
    at = fields.String()


class EvaluationSchema(Schema):
    """What a department thinks of it; stands: it still counts."""

    department = fields.String()
    at = fields.String()
    by = fields.String()
    verdict = fields.String()
    text = fields.String()
    explanation = fields.String(allow_none=True)
    alternative = fields.String(allow_none=True)
    feasibility = fields.Dict(allow_none=True)
    resources = fields.Dict(allow_none=True)
    stands = fields.Boolean()


class TaskSchema(Schema):
    """A task; owner: the full name, for whom works here."""

    id = fields.String()
    title = fields.String()
    owner = fields.String()
    owner_id = fields.String(allow_none=True)
    department = fields.String()
    starts_on = fields.String()
    ends_on = fields.String()
    delivery_standard = fields.String()
    depends_on = fields.List(fields.String())
    state = fields.String()
    percent = fields.Integer()
    dispatched_at = fields.String()
    changed_at = fields.String()


class LackingSchema(Schema):
    """Resources that are lacking since then, by department."""

    since = fields.String()
    departments = fields.Dict()


class CaseAnswerSchema(CaseSchema):
    """One demand with its deadlines, the reasons of its decision, what was promised and what may be done now.

    related_number: of a demand it cites, as it was reported; relations: with those that are known here.
    historic: what a row of the past says of itself {limit, owner, status ...}; no deadline is ever made of its limit.
    owed: what is to be done anew (evaluate, plan) since the customer added something; lacking: until reallocated.
    """

    deadlines = fields.List(fields.Nested(DeadlineSchema))
    reasons = fields.Nested(ReasonsSchema)
    quality = fields.Dict()
    questions = fields.List(fields.String())
    promises = fields.List(fields.Nested(PromiseSchema))
    changes = fields.List(fields.Nested(PlanChangeSchema))
    handed_over = fields.Dict(allow_none=True)
    result = fields.Dict(allow_none=True)
    satisfaction = fields.String(allow_none=True)
    locked_at = fields.String(allow_none=True)
    historic = fields.Dict(allow_none=True)
    relations = fields.List(fields.Nested(RelationSchema))
    related_number = fields.String(allow_none=True)
    evaluations = fields.List(fields.Nested(EvaluationSchema))
    lacking = fields.Nested(LackingSchema, allow_none=True)
    owed = fields.List(fields.String())
    tasks = fields.List(fields.Nested(TaskSchema))
    actions = fields.List(fields.String())
    timeline = fields.List(fields.Nested(TimelineSchema))


class ActionAnswerSchema(Schema):
    """A demand after an action."""

    number = fields.String()
    status = fields.Nested(StatusSchema)
    version = fields.Integer()
