"""What is asked of the customer and told to them."""

from collections.abc import Mapping

from marshmallow import fields, validate

from services.triage.domain.told import customer as told
from services.triage.schemas.actions.parts import CHANNEL, CODE, Action, Moment, Prose


class RequestSupplementSchema(Action):
    """Ask the customer for what is missing."""

    makes = told.RequestSupplement
    missing = fields.List(fields.String(validate=CODE), validate=validate.Length(max=50))
    text = Prose(1000, allow_none=True)


class ToldSchema(Action):
    """Something was told to the customer."""

    makes = told.Told
    commanded = False
    text = Prose(required=True)
    channel = fields.String(required=True, validate=CHANNEL)
    promised_for = Moment(allow_none=True)
    fulfils = fields.Integer(strict=True, allow_none=True, validate=validate.Range(min=0))


SCHEMAS: Mapping[str, type[Action]] = {
    "request-supplement": RequestSupplementSchema,
    "told": ToldSchema,
}
