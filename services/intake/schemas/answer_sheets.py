"""Answers of form tools: what is asked, and what became of each row."""

from marshmallow import Schema, fields, validate

from services.intake.schemas.demand import PinSchema
from services.intake.schemas.imports import OutcomeSchema


class AnswersQuerySchema(Schema):
    """?channel=&form=&dry_run=. form: one of the policy's, not said: the channel's."""

    channel = fields.String(required=True, validate=validate.Length(1, 60))
    form = fields.String(load_default=None, validate=validate.Length(1, 60))
    dry_run = fields.Boolean(load_default=False)


class AnswersImportedSchema(Schema):
    """What became of each row, by its place in the file. ignored: columns that match nothing; warning: for people."""

    channel = fields.String()
    policy = fields.Nested(PinSchema)
    form = fields.String()
    accepted = fields.Integer()
    known = fields.Integer()
    refused = fields.Integer()
    ignored = fields.List(fields.String())
    rows = fields.List(fields.Nested(OutcomeSchema))
    warning = fields.String()
