"""Demands that may be the same as one."""

from marshmallow import Schema, fields


class DuplicateSchema(Schema):
    """One of them. score: 0 to 1.

    reasons: same_customer, same_order_number, similar_text:<share of pairs of signs>, within_hours:<n>.
    """

    number = fields.String()
    score = fields.Float()
    reasons = fields.List(fields.String())
    strong = fields.Boolean()


class DuplicateListSchema(Schema):
    """The likeliest first, at most 10."""

    items = fields.List(fields.Nested(DuplicateSchema))
