"""What stands in the way of a demand."""

from collections.abc import Mapping

from marshmallow import fields

from services.triage.domain.told import block as told
from services.triage.schemas.actions.parts import CODE, Action, Moment, Prose
from services.triage.schemas.actions.tasks import TASK


class BlockSchema(Action):
    """Something stands in the way."""

    makes = told.Block
    reason = fields.String(required=True, validate=CODE)
    note = Prose(1000, allow_none=True)
    occurred_at = Moment(allow_none=True)
    task = fields.String(allow_none=True, validate=TASK)


class UnblockSchema(Action):
    """It stands in the way no longer."""

    makes = told.Unblock
    note = Prose(1000, allow_none=True)


SCHEMAS: Mapping[str, type[Action]] = {
    "block": BlockSchema,
    "unblock": UnblockSchema,
}
