"""Queries and answers of the lists."""

from marshmallow import Schema, fields, validate


class DeadlinesQuerySchema(Schema):
    """?state=open|done&due_before=&cursor=&limit=."""

    state = fields.String(load_default=None, validate=validate.OneOf(["open", "done"]))
    due_before = fields.AwareDateTime(load_default=None, format="iso")
    cursor = fields.String()
    limit = fields.String()


class NoticesQuerySchema(Schema):
    """?cursor=&limit=."""

    cursor = fields.String()
    limit = fields.String()


class ListSchema(Schema):
    """One page; the next one is in the Link header."""

    items = fields.List(fields.Dict())
