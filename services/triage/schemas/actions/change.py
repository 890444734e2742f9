"""A plan that is to be another one."""

from collections.abc import Mapping
from typing import Any

from marshmallow import RAISE, Schema, fields, post_load, validate

from services.triage.domain.told import change as told
from services.triage.schemas.actions.parts import Action, Moment, Prose

_MOST = 1_000_000_000_000


class CostSchema(Schema):
    """What a change costs the customer."""

    class Meta:
        """Unknown fields are refused."""

        unknown = RAISE

    amount = fields.Float(required=True, validate=validate.Range(0, _MOST))
    currency = fields.String(load_default="CNY", validate=validate.Regexp(r"^[A-Z]{3}\Z", error="form: As in CNY"))

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> told.Cost:
        return told.Cost(**data)


class RequestChangeSchema(Action):
    """Ask for another plan; it is carried out once all whom the policy names have agreed."""

    makes = told.RequestChange
    path = "change-requests"
    what = Prose(required=True)
    reason = Prose(1000, required=True)
    plan = Prose(required=True)
    expected_finish = Moment(allow_none=True)
    cost = fields.Nested(CostSchema, allow_none=True)


class DecideChangeSchema(Action):
    """Approve or refuse a change."""

    makes = told.DecideChange
    commanded = False
    path = "change-requests/<string:change>/decision"
    about = "change"
    verdict = fields.String(required=True, validate=validate.OneOf(["approved", "refused"]))
    reason = Prose(1000, allow_none=True)


SCHEMAS: Mapping[str, type[Action]] = {
    "change-request": RequestChangeSchema,
    "decide-change": DecideChangeSchema,
}
