"""Subscriptions: what is asked for and what is answered."""

from marshmallow import RAISE, Schema, fields, validate

_CODE = validate.Regexp(r"^[a-z0-9_.]{1,60}\Z", error="code: A kind of notice or an event")


class SubscriptionSchema(Schema):
    """id: of the one to change, none for a new one; policy null: demands under any policy."""

    class Meta:
        """Unknown fields are refused."""

        unknown = RAISE

    id = fields.String(validate=validate.Length(1, 36))
    url = fields.String(required=True, validate=validate.Length(1, 2000))
    events = fields.List(fields.String(validate=_CODE), required=True, validate=validate.Length(1, 50))
    policy = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 20))
    active = fields.Boolean(load_default=True, truthy={True}, falsy={False})


class SubscriptionAnswerSchema(Schema):
    """secret: only in the answer to a new one."""

    id, url, created_at, secret = (fields.String() for _ in range(4))
    events = fields.List(fields.String())
    policy = fields.String(allow_none=True)
    active = fields.Boolean()
    version = fields.Integer()
