"""The result of a demand, and its end."""

from collections.abc import Mapping
from typing import Any

from marshmallow import RAISE, Schema, fields, post_load, validate

from services.triage.domain.told import finish as told
from services.triage.schemas.actions.parts import Action, Prose


class RemedySchema(Schema):
    """What a complainant was offered."""

    class Meta:
        """Unknown fields are refused."""

        unknown = RAISE

    offered = Prose(1000, required=True)
    accepted = fields.Boolean(allow_none=True, truthy={True}, falsy={False})

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> told.Remedy:
        return told.Remedy(**data)


class CompleteSchema(Action):
    """The result; what was handed over stands where nothing is said."""

    makes = told.Complete
    conclusion = Prose(allow_none=True)
    next_step = Prose(allow_none=True)
    notes = Prose(allow_none=True)
    expectation_met = fields.Boolean(allow_none=True, truthy={True}, falsy={False})
    left_over = Prose(allow_none=True)
    remedy = fields.Nested(RemedySchema, allow_none=True)
    recourse = Prose(1000, allow_none=True)


class HandOverSchema(CompleteSchema):
    """Hand the result to whoever tells the customer."""

    makes = told.HandOver
    conclusion = Prose(required=True)
    deliverables = fields.List(Prose(300, required=True), validate=validate.Length(max=50))
    report = Prose(allow_none=True)


class CloseSchema(Action):
    """End it by hand."""

    makes = told.Close
    commanded = False
    resolution = fields.String(allow_none=True, validate=validate.OneOf(["infeasible"]))
    measure = Prose(1000, allow_none=True)
    reason = Prose(500, allow_none=True)
    recourse = Prose(1000, allow_none=True)


SCHEMAS: Mapping[str, type[Action]] = {
    "complete": CompleteSchema,
    "hand-over": HandOverSchema,
    "close": CloseSchema,
}
