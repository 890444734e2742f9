"""Actions on demands, the work list and its rows."""

from typing import Any

from marshmallow import RAISE, Schema, fields, validate

_NUMBER = validate.Regexp(r"^[A-Za-z0-9-]{1,80}\Z", error="number: Letters, digits and hyphens")
_STATUSES = ["pending", "in_progress", "waiting", "completed", "closed"]


class ActionSchema(Schema):
    """What may come with an action: the version of the demand that the caller has seen."""

    class Meta:
        """Unknown fields are refused."""

        unknown = RAISE

    expected_version = fields.Integer(strict=True, allow_none=True, load_default=None, validate=validate.Range(min=1))


class CommandSchema(ActionSchema):
    """The body of a command, without its id."""

    demand = fields.String(required=True, validate=_NUMBER)


class ListQuerySchema(Schema):
    """What the work list is narrowed to; cursor and limit as everywhere."""

    department = fields.String(validate=validate.Length(1, 40))
    status = fields.String(validate=validate.OneOf(_STATUSES))
    priority = fields.String(validate=validate.Length(1, 60), metadata={"description": "The policy's code."})
    overdue = fields.Boolean(load_default=False, metadata={"description": "Only with an unmet deadline in the past."})
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
    """A canonical status with the policy's word for it."""

    category = fields.String(validate=validate.OneOf(_STATUSES))
    label = fields.String()
    resolution = fields.String(allow_none=True)


class DeadlineSchema(Schema):
    """One clock of one demand."""

    id = fields.String()
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
    type = fields.Nested(TypeSchema)
    priority = fields.Nested(PrioritySchema)
    lead = fields.String()
    joining = fields.List(fields.String())
    status = fields.Nested(StatusSchema)
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
    """Why a demand was decided so: what spoke for its type, and the rule that set its priority."""

    type = fields.List(fields.String())
    priority = fields.String()


class TimelineSchema(Schema):
    """One thing that was told about the demand."""

    version = fields.Integer()
    event = fields.String()
    at = fields.String()
    data = fields.Dict()


class CaseAnswerSchema(CaseSchema):
    """One demand with its deadlines and the reasons of its decision."""

    deadlines = fields.List(fields.Nested(DeadlineSchema))
    reasons = fields.Nested(ReasonsSchema)
    timeline = fields.List(fields.Nested(TimelineSchema))


class ActionAnswerSchema(Schema):
    """A demand after an action."""

    number = fields.String()
    status = fields.Nested(StatusSchema)
    version = fields.Integer()
