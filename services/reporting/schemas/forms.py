"""What is asked for when a form is filled in."""

from marshmallow import RAISE, Schema, fields, validate


class FillSchema(Schema):
    """form: a code of the demand's policy; unmasked: with the customer's full name and contacts."""

    class Meta:
        """Unknown fields are refused."""

        unknown = RAISE

    form = fields.String(required=True, validate=validate.Length(1, 60))
    unmasked = fields.Boolean(load_default=False)
