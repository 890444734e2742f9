"""What will not be as it was told or planned."""

from collections.abc import Mapping

from marshmallow import fields

from services.triage.domain.told import postpone as told
from services.triage.schemas.actions.parts import CHANNEL, CODE, Action, Moment, Prose


class DelaySchema(Action):
    """The planned date will not be kept."""

    makes = told.Delay
    reason = fields.String(required=True, validate=CODE)
    expected_finish = Moment(required=True)
    note = Prose(1000, allow_none=True)
    told_at = Moment(allow_none=True)
    channel = fields.String(allow_none=True, validate=CHANNEL)


SCHEMAS: Mapping[str, type[Action]] = {
    "delay": DelaySchema,
}
