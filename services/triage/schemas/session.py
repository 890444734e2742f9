"""Logging in."""

from marshmallow import RAISE, Schema, fields, validate


class LogInSchema(Schema):
    """Who, and the password."""

    class Meta:
        """Settings of marshmallow."""

        unknown = RAISE

    login = fields.String(required=True, validate=validate.Length(1, 80))
    password = fields.String(required=True, validate=validate.Length(1, 200))


class TokenSchema(Schema):
    """A token for the Authorization header of every service, and when it ends."""

    access_token = fields.String()
    expires_at = fields.String()
    roles = fields.List(fields.String())
    department = fields.String(allow_none=True)
