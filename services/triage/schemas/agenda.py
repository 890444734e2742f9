"""The live agenda of a policy's meeting, the daily chase list, and the meetings that were called."""

from typing import Any

from marshmallow import RAISE, Schema, fields, validate

from services.triage.schemas.actions.parts import NUMBER, Moment, Prose

_STATES = ["called", "held", "missed", "idle"]
_WHY = ["joint", "delayed", "blocked"]


class AgendaQuerySchema(Schema):
    """Whose agenda; meeting: the policy's code of it, its first unless said."""

    policy = fields.String(required=True, validate=validate.Length(1, 20))
    meeting = fields.String(validate=validate.Length(1, 60))
    cursor = fields.String()
    limit = fields.String()


class AgendaItemSchema(Schema):
    """A demand to be talked about, and why."""

    number = fields.String()
    subject = fields.String(allow_none=True)
    lead = fields.String()
    handler = fields.Dict(allow_none=True)
    blocked_at = fields.String(allow_none=True)
    why = fields.List(fields.String(validate=validate.OneOf(_WHY)))


class AgendaSchema(Schema):
    """Demands as they stand now, by number."""

    items = fields.List(fields.Nested(AgendaItemSchema))


class ChaseQuerySchema(Schema):
    """until: what is due before then; not given: the end of today."""

    policy = fields.String(validate=validate.Length(1, 20))
    department = fields.String(validate=validate.Length(1, 40))
    until = Moment()
    cursor = fields.String()
    limit = fields.String()


class ChaseItemSchema(Schema):
    """One open deadline with its demand; overdue: it is over already."""

    number = fields.String()
    subject = fields.String(allow_none=True)
    policy = fields.String()
    priority = fields.String()
    status = fields.String()
    lead = fields.String()
    handler = fields.Dict(allow_none=True)
    clock = fields.Dict(metadata={"description": "{code, kind, label}"})
    due_at = fields.String()
    overdue = fields.Boolean()
    blocked_at = fields.String(allow_none=True)


class ChaseSchema(Schema):
    """The most overdue first."""

    items = fields.List(fields.Nested(ChaseItemSchema))


class MeetingQuerySchema(Schema):
    """What the list is narrowed to."""

    policy = fields.String(validate=validate.Length(1, 20))
    state = fields.String(validate=validate.OneOf(_STATES))
    cursor = fields.String()
    limit = fields.String()


class DecisionSchema(Schema):
    """What was decided about a demand."""

    class Meta:
        """Unknown fields are refused."""

        unknown = RAISE

    number = fields.String(required=True, validate=NUMBER)
    text = Prose(1000, required=True)


class HeldSchema(Schema):
    """When it was held, and what came of it."""

    class Meta:
        """Unknown fields are refused."""

        unknown = RAISE

    held_at = Moment(required=True)
    notes = Prose(allow_none=True, load_default=None)
    decisions = fields.List(fields.Nested(DecisionSchema), load_default=list, validate=validate.Length(max=200))


class MeetingSchema(Schema):
    """One week's meeting."""

    id = fields.String()
    policy = fields.String()
    meeting = fields.String()
    label = fields.String()
    week = fields.String()
    state = fields.String(validate=validate.OneOf(_STATES))
    called_at = fields.String()
    due_at = fields.String()
    items = fields.List(fields.Dict())
    left_off = fields.Integer()
    held_at = fields.String(allow_none=True)
    held_by = fields.String(allow_none=True)
    notes = fields.String(allow_none=True)
    decisions = fields.List(fields.Dict())


class MeetingListSchema(Schema):
    """Meetings, the latest week first."""

    items: Any = fields.List(fields.Nested(MeetingSchema))
