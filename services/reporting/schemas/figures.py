"""Figures and the rows they are made of."""

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


class OverviewSchema(Schema):
    """Demands received in a period; breached: how many of them missed a deadline."""

    total = fields.Integer()
    by_status = fields.List(fields.Nested(CountSchema))
    by_type = fields.List(fields.Nested(TypeCountSchema))
    by_priority = fields.List(fields.Nested(PriorityCountSchema))
    by_department = fields.List(fields.Nested(DepartmentCountSchema))
    breached = fields.Integer()
    notices = fields.Nested(NoticeCountsSchema)


class DeadlineSchema(Schema):
    """One clock of a demand."""

    id = fields.String()
    kind = fields.String()
    due_at = fields.String()
    met_at = fields.String(allow_none=True)
    breached_at = fields.String(allow_none=True)


class DemandSchema(Schema):
    """A demand as it is projected; what its source has not told yet is null."""

    demand_id = fields.String()
    number = fields.String()
    policy = fields.String()
    policy_version = fields.String()
    channel = fields.String()
    channel_kind = fields.String()
    received_at = fields.String()
    customer_number = fields.String()
    customer_kind = fields.String(allow_none=True)
    industry = fields.String(allow_none=True)
    tier = fields.String(allow_none=True)
    value = fields.String(allow_none=True)
    urgency = fields.String(allow_none=True)
    vague = fields.Boolean()
    missing = fields.Integer()
    first_response_by = fields.String(allow_none=True)
    product = fields.String(allow_none=True)
    type_code = fields.String(allow_none=True)
    category = fields.String(allow_none=True)
    priority_rank = fields.Integer(allow_none=True)
    priority_code = fields.String(allow_none=True)
    lead = fields.String(allow_none=True)
    status_category = fields.String(allow_none=True)
    status_resolution = fields.String(allow_none=True)
    triaged_at = fields.String(allow_none=True)
    accepted_at = fields.String(allow_none=True)
    accepted_by = fields.String(allow_none=True)
    breached = fields.Integer()
    notices_sent = fields.Integer()
    notices_failed = fields.Integer()
    last_notice_at = fields.String(allow_none=True)
    deadlines = fields.List(fields.Nested(DeadlineSchema))
