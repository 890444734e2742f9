"""Figures."""

from marshmallow import Schema, fields, validate


class OverviewQuerySchema(Schema):
    """Days as YYYY-MM-DD in the company's time zone, both included; at most three years."""

    begin = fields.String(required=True, data_key="from", metadata={"format": "date"})
    end = fields.String(required=True, data_key="to", metadata={"format": "date"})
    policy = fields.String(validate=validate.Length(1, 20))


class CountSchema(Schema):
    """How many demands have this status; `untriaged` where triage has not spoken yet."""

    status = fields.String()
    count = fields.Integer()


class TypeCountSchema(Schema):
    """How many demands are of this type of this policy."""

    policy = fields.String()
    type = fields.String()
    count = fields.Integer()


class PriorityCountSchema(Schema):
    """How many demands have this priority of this policy."""

    policy = fields.String()
    priority = fields.String()
    count = fields.Integer()


class DepartmentCountSchema(Schema):
    """How many demands this department leads; name {zh, en}, null for one that is not known."""

    department = fields.String()
    name = fields.Dict(allow_none=True)
    count = fields.Integer()


class NoticeCountsSchema(Schema):
    """Notices about these demands."""

    sent = fields.Integer()
    failed = fields.Integer()


class SourceCountSchema(Schema):
    """How many demands came in on this channel of this policy; kind: the installation's word for it."""

    policy = fields.String()
    channel = fields.String()
    kind = fields.String()
    count = fields.Integer()


class OnTimeSchema(Schema):
    """Clocks of one kind that were kept or missed; rate from 0 to 1. Those still running are in neither."""

    policy = fields.String()
    kind = fields.String()
    on_time = fields.Integer()
    late = fields.Integer()
    rate = fields.Float(allow_none=True)


class LevelCountSchema(Schema):
    """How many customers answered with this level of the policy's scale."""

    satisfaction = fields.String()
    count = fields.Integer()


class SatisfactionSchema(Schema):
    """Last answers about completed demands of one policy; response_rate from 0 to 1."""

    policy = fields.String()
    completed = fields.Integer()
    answered = fields.Integer()
    response_rate = fields.Float(allow_none=True)
    levels = fields.List(fields.Nested(LevelCountSchema))


class HandlingSchema(Schema):
    """Working minutes from receipt to completion, by the policy's calendar."""

    policy = fields.String()
    count = fields.Integer()
    average_minutes = fields.Float()


class OverviewSchema(Schema):
    """Demands received in a period; breached: how many of them missed a deadline."""

    total = fields.Integer()
    by_status = fields.List(fields.Nested(CountSchema))
    by_type = fields.List(fields.Nested(TypeCountSchema))
    by_priority = fields.List(fields.Nested(PriorityCountSchema))
    by_department = fields.List(fields.Nested(DepartmentCountSchema))
    by_source = fields.List(fields.Nested(SourceCountSchema))
    on_time = fields.List(fields.Nested(OnTimeSchema))
    satisfaction = fields.List(fields.Nested(SatisfactionSchema))
    handling = fields.List(fields.Nested(HandlingSchema))
    breached = fields.Integer()
    notices = fields.Nested(NoticeCountsSchema)
