"""Attachments of demands as they are shown."""

from marshmallow import Schema, fields


class AttachmentSchema(Schema):
    """A file of the demand, or the place where it lies; intake gives it out."""

    demand_id = fields.String()
    attachment_id = fields.String()
    name = fields.String()
    label = fields.String(allow_none=True)
    reference = fields.String(allow_none=True)
    media_type = fields.String(allow_none=True)
    size = fields.Integer(allow_none=True)
    sha256 = fields.String(allow_none=True)
    at = fields.String()
    by = fields.String()
