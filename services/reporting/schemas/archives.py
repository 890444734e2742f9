"""Packages as they are asked for and shown."""

from marshmallow import RAISE, Schema, fields, validate


class SealSchema(Schema):
    """period: YYYY-MM; without it the newest month that is due, else the one under way."""

    class Meta:
        """Unknown fields are refused."""

        unknown = RAISE

    policy = fields.String(required=True, validate=validate.Length(1, 20))
    period = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 10))


class ListQuerySchema(Schema):
    """?policy=&cursor=&limit=."""

    policy = fields.String(validate=validate.Length(1, 20))
    cursor = fields.String()
    limit = fields.String()


class ArchiveSchema(Schema):
    """state: requested, then sealed; what the worker fills in is null before. keep_until: a date or null.

    missing: files that it names, that could not be had, and that no later package has enclosed or named again.
    """

    id = fields.String()
    policy = fields.String()
    period = fields.String()
    seq = fields.Integer()
    state = fields.String()
    cutoff = fields.String()
    requested_at = fields.String()
    requested_by = fields.String()
    count = fields.Integer(allow_none=True)
    manifest_sha256 = fields.String(allow_none=True)
    previous = fields.String(allow_none=True)
    sealed_at = fields.String(allow_none=True)
    keep_until = fields.String(allow_none=True)
    missing = fields.Integer()


class ArchiveListSchema(Schema):
    """Packages, the newest first."""

    items = fields.List(fields.Nested(ArchiveSchema))


class CheckSchema(Schema):
    """faults: one line each, naming files by position and demand number."""

    id = fields.String()
    intact = fields.Boolean()
    files = fields.Integer()
    faults = fields.List(fields.String())
