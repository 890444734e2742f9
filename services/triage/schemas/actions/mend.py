"""What was no demand, and what was recorded wrongly."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, validate

from services.triage.domain.told import mend as told
from services.triage.schemas.actions.parts import CODE, Action, Prose
from shared.privacy.finder import redactor

_MOST = 50


class Value(fields.Raw):
    """A fact's value: text, number, truth value, several texts or null; personal data taken out."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, str):
            return Prose().deserialize(value)
        if isinstance(value, int | float) and not isinstance(value, bool):
            if redactor()(str(value)) != str(value):
                raise ValidationError("personal-data: Looks like personal data")
            return value
        if isinstance(value, list) and len(value) <= _MOST and all(isinstance(one, str) for one in value):
            return [Prose().deserialize(one) for one in value]
        if value is None or isinstance(value, bool):
            return value
        raise ValidationError("type: Text, number, truth value, or a list of texts")


class RejectSchema(Action):
    """Close what is no demand to us."""

    makes = told.Reject
    commanded = False
    kind = fields.String(required=True, validate=validate.OneOf(["wrong_person", "spam", "not_a_demand"]))
    reason = Prose(500, required=True)


class CorrectSchema(Action):
    """Put a wrong fact right; what it was stays in the timeline."""

    makes = told.Correct
    commanded = False
    fact = fields.String(required=True, validate=CODE)
    value = Value(required=True, allow_none=True)
    reason = Prose(500, required=True)


SCHEMAS: Mapping[str, type[Action]] = {
    "reject": RejectSchema,
    "correct": CorrectSchema,
}
