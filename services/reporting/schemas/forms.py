"""What is asked for when a form is filled in."""

from marshmallow import RAISE, Schema, fields, validate


class FillSchema(Schema):
    """form: a code of the demand's policy; unmasked: with the customer's full name and contacts."""

    class Meta:
        """Unknown fields are refused."""

        unknown = RAISE

    form = fields.String(required=True, validate=validate.Length(1, 60))
    unmasked = fields.Boolean(load_default=False)


class BlankQuerySchema(Schema):
    """?policy=&version=&form=&language=: version: the policy's, without it the one that counts now."""

    class Meta:
        """Unknown parameters are refused."""

        unknown = RAISE

    policy = fields.String(required=True, validate=validate.Length(1, 20))
    version = fields.String(load_default=None, validate=validate.Length(1, 20))
    form = fields.String(required=True, validate=validate.Length(1, 60))
    language = fields.String(load_default="zh", validate=validate.OneOf(["zh", "en"]))
