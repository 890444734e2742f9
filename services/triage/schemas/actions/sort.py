"""Where a demand belongs."""

from collections.abc import Mapping

from marshmallow import fields, validate

from services.triage.domain.told import sort as told
from services.triage.schemas.actions.parts import CODE, Action, Prose


class ClassifySchema(Action):
    """Set the type."""

    makes = told.Classify
    commanded = False
    type = fields.String(required=True, validate=CODE)
    reason = Prose(500, allow_none=True)


class ConfirmPrioritySchema(Action):
    """Confirm the proposed level, or set another for a reason."""

    makes = told.ConfirmPriority
    commanded = False
    priority = fields.String(allow_none=True, validate=CODE)
    reason = Prose(500, allow_none=True)
    handler = fields.String(allow_none=True, validate=validate.Length(1, 80))


class AssignSchema(Action):
    """Name who handles it."""

    makes = told.Assign
    handler = fields.String(allow_none=True, validate=validate.Length(1, 80))
    handler_name = fields.String(allow_none=True, validate=validate.Length(1, 100))
    joining = fields.List(fields.String(validate=validate.Length(1, 40)), validate=validate.Length(max=20))
    by = fields.String(validate=validate.OneOf(["load"]), metadata={"description": "load: whoever has least in hand."})
    even_if_away = fields.Boolean(load_default=False)


class TransferSchema(Action):
    """Hand it to another department."""

    makes = told.Transfer
    department = fields.String(required=True, validate=validate.Length(1, 40))
    reason = Prose(500, required=True)


SCHEMAS: Mapping[str, type[Action]] = {
    "classify": ClassifySchema,
    "confirm-priority": ConfirmPrioritySchema,
    "assign": AssignSchema,
    "transfer": TransferSchema,
}
