"""Queries and answers of the overview."""

from marshmallow import Schema, fields, validate


class OverviewQuerySchema(Schema):
    """?from=&to=&policy=: days as YYYY-MM-DD, both included."""

    first = fields.Date(required=True, data_key="from")
    last = fields.Date(required=True, data_key="to")
    policy = fields.String(load_default=None, validate=validate.Length(1, 20))


class NoticesSchema(Schema):
    """How many notices went out, and how many could not."""

    sent = fields.Integer()
    failed = fields.Integer()


class OverviewSchema(Schema):
    """Figures of the demands received in a period."""

    total = fields.Integer()
    by_status = fields.Dict()
    by_type = fields.Dict()
    by_priority = fields.Dict()
    by_department = fields.Dict()
    breaches = fields.Integer()
    notices = fields.Nested(NoticesSchema)


class DemandRowSchema(Schema):
    """One demand as the read store knows it."""

    demand_id = fields.String()
    number = fields.String()
    policy = fields.String()
    type_code = fields.String(allow_none=True)
    priority_code = fields.String(allow_none=True)
    lead = fields.String(allow_none=True)
    status_category = fields.String(allow_none=True)
    first_response_by = fields.String(allow_none=True)
    notices_sent = fields.Integer()
    customer = fields.Dict(allow_none=True)
    deadlines = fields.List(fields.Dict())
