"""Versions of policies and calendars as answers show them."""

from marshmallow import Schema, fields


class CalendarVersionSchema(Schema):
    """One version; known_at: when this installation came to know it."""

    version = fields.String()
    sha256 = fields.String(metadata={"description": "Of the document's bytes, hex; also its entity tag."})
    known_at = fields.String()


class PolicyVersionSchema(CalendarVersionSchema):
    """One version; effective_from: from when on demands are pinned to it."""

    effective_from = fields.String()


class PolicyVersionsSchema(Schema):
    """All versions of one policy."""

    items = fields.List(fields.Nested(PolicyVersionSchema))


class PolicySchema(Schema):
    """A policy; effective: the version that counts now, null before the first."""

    code = fields.String()
    effective = fields.String(allow_none=True)
    versions = fields.List(fields.Nested(PolicyVersionSchema))


class PolicyListSchema(Schema):
    """All policies."""

    items = fields.List(fields.Nested(PolicySchema))


class CalendarSchema(Schema):
    """A calendar; effective: its newest version."""

    code = fields.String()
    effective = fields.String()
    versions = fields.List(fields.Nested(CalendarVersionSchema))


class CalendarListSchema(Schema):
    """All calendars."""

    items = fields.List(fields.Nested(CalendarSchema))


class PublishedCalendarSchema(Schema):
    """What was published."""

    code = fields.String()
    version = fields.String()
    sha256 = fields.String()


class PublishedPolicySchema(PublishedCalendarSchema):
    """What was published."""

    effective_from = fields.String()
