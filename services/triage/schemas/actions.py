"""What comes with an action: one schema each, loaded into what domain.told says. Unknown fields are refused."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar

from marshmallow import RAISE, Schema, ValidationError, fields, post_load, validate

from services.triage.domain import told
from shared.privacy.finder import redactor
from shared.text import clean_text

_NUMBER = validate.Regexp(r"^[A-Za-z0-9-]{1,80}\Z", error="number: Letters, digits and hyphens")
_CODE = validate.Length(1, 60)
_CHANNEL = validate.OneOf(["phone", "email", "im", "chat", "visit", "web", "sms", "letter", "other"])


class Prose(fields.String):
    """What somebody wrote: normal form, bounded, personal data taken out, since it leaves with events."""

    def __init__(self, longest: int = 4000, **kwargs: Any) -> None:
        super().__init__(metadata={"maxLength": longest}, **kwargs)
        self.longest = longest

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = clean_text(super()._deserialize(value, attr, data, **kwargs))
        if len(text) > self.longest:
            raise ValidationError(f"length: At most {self.longest} characters")
        if not text and self.required:
            raise ValidationError("required: Say something")
        return redactor()(text) or None


class Moment(fields.AwareDateTime):
    """A moment with an offset, in a year that a demand can be about; UTC inside."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="iso", **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        try:
            moment = super()._deserialize(value, attr, data, **kwargs).astimezone(UTC)
        except OverflowError:
            raise ValidationError("range: A year from 1900 to 2200") from None
        if not 1900 <= moment.year <= 2200:
            raise ValidationError("range: A year from 1900 to 2200")
        return moment


class Action(Schema):
    """What every action may bring: the version of the demand that the caller has seen."""

    makes: ClassVar[type[Any]]

    class Meta:
        """Unknown fields are refused."""

        unknown = RAISE

    expected_version = fields.Integer(strict=True, allow_none=True, load_default=None, validate=validate.Range(min=1))

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> "Loaded":
        version, demand = data.pop("expected_version"), data.pop("demand", None)
        given = {name: tuple(value) if isinstance(value, list) else value for name, value in data.items()}
        return Loaded(self.makes(**given), version, demand)


class Loaded:
    """said: the action's value; expected_version: what the caller has seen; demand: the number, with a command."""

    def __init__(self, said: Any, expected_version: int | None, demand: str | None) -> None:
        self.said, self.expected_version, self.demand = said, expected_version, demand


class AcceptSchema(Action):
    """Take a demand on."""

    makes = told.Accept


class DeclineSchema(Action):
    """Pass a demand back."""

    makes = told.Decline
    reason = Prose(500, allow_none=True)


class ClassifySchema(Action):
    """Set the type."""

    makes = told.Classify
    type = fields.String(required=True, validate=_CODE)
    reason = Prose(500, allow_none=True)


class ConfirmPrioritySchema(Action):
    """Confirm the proposed level, or set another for a reason."""

    makes = told.ConfirmPriority
    priority = fields.String(allow_none=True, validate=_CODE)
    reason = Prose(500, allow_none=True)
    handler = fields.String(allow_none=True, validate=validate.Length(1, 80))


class AssignSchema(Action):
    """Name who handles it."""

    makes = told.Assign
    handler = fields.String(allow_none=True, validate=validate.Length(1, 80))
    handler_name = fields.String(allow_none=True, validate=validate.Length(1, 100))
    joining = fields.List(fields.String(validate=validate.Length(1, 40)), validate=validate.Length(max=20))


class TransferSchema(Action):
    """Hand it to another department."""

    makes = told.Transfer
    department = fields.String(required=True, validate=validate.Length(1, 40))
    reason = Prose(500, required=True)


class RequestSupplementSchema(Action):
    """Ask the customer for what is missing."""

    makes = told.RequestSupplement
    missing = fields.List(fields.String(validate=_CODE), validate=validate.Length(max=50))
    text = Prose(1000, allow_none=True)


class EvaluateSchema(Action):
    """What the departments concerned think of it."""

    makes = told.Evaluate
    verdict = fields.String(required=True, validate=validate.OneOf(["feasible", "partly", "infeasible"]))
    text = Prose(required=True)
    alternative = Prose(allow_none=True)
    finding = fields.String(allow_none=True, validate=_CODE)


class PlanSchema(Action):
    """How it will be solved and by when."""

    makes = told.Plan
    text = Prose(required=True)
    expected_finish = Moment(required=True)
    workaround = Prose(allow_none=True)


class ProgressSchema(Action):
    """A note of progress."""

    makes = told.Progress
    text = Prose(required=True)


class DelaySchema(Action):
    """The planned date will not be kept."""

    makes = told.Delay
    reason = fields.String(required=True, validate=_CODE)
    expected_finish = Moment(required=True)
    note = Prose(1000, allow_none=True)
    told_at = Moment(allow_none=True)
    channel = fields.String(allow_none=True, validate=_CHANNEL)


class ToldSchema(Action):
    """Something was told to the customer."""

    makes = told.Told
    text = Prose(required=True)
    channel = fields.String(required=True, validate=_CHANNEL)
    promised_for = Moment(allow_none=True)
    fulfils = fields.Integer(strict=True, allow_none=True, validate=validate.Range(min=0))


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
    resolution = fields.String(allow_none=True, validate=validate.OneOf(["infeasible"]))
    measure = Prose(1000, allow_none=True)
    reason = Prose(500, allow_none=True)


SCHEMAS: Mapping[str, type[Action]] = {
    "accept": AcceptSchema,
    "decline": DeclineSchema,
    "classify": ClassifySchema,
    "confirm-priority": ConfirmPrioritySchema,
    "assign": AssignSchema,
    "transfer": TransferSchema,
    "request-supplement": RequestSupplementSchema,
    "evaluate": EvaluateSchema,
    "plan": PlanSchema,
    "progress": ProgressSchema,
    "delay": DelaySchema,
    "told": ToldSchema,
    "complete": CompleteSchema,
    "close": CloseSchema,
}
"""Name of the action -> what comes with it."""

COMMANDS = frozenset(SCHEMAS) - {"classify", "confirm-priority", "told", "close"}
"""What departments that own their tools may command; the rest is done by people here."""


def command_schema(verb: str) -> Schema:
    """The schema of a command's body: the action's, with the number of the demand."""
    made = type(
        f"{SCHEMAS[verb].__name__}Command", (SCHEMAS[verb],), {"demand": fields.String(required=True, validate=_NUMBER)}
    )
    schema: Schema = made()
    return schema
