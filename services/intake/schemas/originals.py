"""The words of a demand as they were said."""

from marshmallow import Schema, fields, validate


class OriginalQuerySchema(Schema):
    """?purpose=: why they are opened."""

    purpose = fields.String(required=True, validate=validate.OneOf(["handling", "audit"]))


class AddedOriginalSchema(Schema):
    """What came later."""

    at = fields.String()
    words = fields.Dict()


class DemandOriginalSchema(Schema):
    """words: by the names of a demand's body, without contact; sensitive answers are among `fields`."""

    number = fields.String()
    at = fields.String()
    words = fields.Dict()
    supplements = fields.List(fields.Nested(AddedOriginalSchema))
