"""The result of a demand, and its end."""

from collections.abc import Mapping

from marshmallow import fields, validate

from services.triage.domain.told import finish as told
from services.triage.schemas.actions.parts import Action, Prose


class CompleteSchema(Action):
    """The result."""

    makes = told.Complete
    conclusion = Prose(required=True)
    next_step = Prose(allow_none=True)
    notes = Prose(allow_none=True)
    expectation_met = fields.Boolean(allow_none=True, truthy={True}, falsy={False})
    left_over = Prose(allow_none=True)


class CloseSchema(Action):
    """End it by hand."""

    makes = told.Close
    commanded = False
    resolution = fields.String(allow_none=True, validate=validate.OneOf(["infeasible"]))
    measure = Prose(1000, allow_none=True)
    reason = Prose(500, allow_none=True)


SCHEMAS: Mapping[str, type[Action]] = {
    "complete": CompleteSchema,
    "close": CloseSchema,
}
