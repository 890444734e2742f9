"""What the departments think of a demand, and how it will be solved."""

from collections.abc import Mapping

from marshmallow import RAISE, Schema, fields, validate

from services.triage.domain.told import evaluate as told
from services.triage.schemas.actions.parts import CODE, DEPARTMENT, Action, Amount, Moment, Prose


class _Part(Schema):
    class Meta:
        """Unknown fields are refused."""

        unknown = RAISE


class CountSchema(_Part):
    """One count of feasibility."""

    verdict = fields.String(required=True, validate=validate.OneOf(["yes", "partly", "no"]))
    note = Prose(500, load_default=None, allow_none=True)


class FeasibilitySchema(_Part):
    """Technical difficulty, fit with product strategy, resources."""

    technical = fields.Nested(CountSchema)
    strategy = fields.Nested(CountSchema)
    resources = fields.Nested(CountSchema)


class ResourcesSchema(_Part):
    """What it takes; lacking: what is not there and has to be reallocated."""

    people = fields.Integer(strict=True, load_default=None, allow_none=True, validate=validate.Range(0, 10_000))
    hours = Amount(load_default=None, allow_none=True)
    budget = Amount(load_default=None, allow_none=True)
    lacking = Prose(1000, load_default=None, allow_none=True)


class EvaluateSchema(Action):
    """What the departments concerned think of it."""

    makes = told.Evaluate
    verdict = fields.String(required=True, validate=validate.OneOf(["feasible", "partly", "infeasible"]))
    text = Prose(required=True)
    explanation = Prose(allow_none=True)
    alternative = Prose(allow_none=True)
    finding = fields.String(allow_none=True, validate=CODE)
    feasibility = fields.Nested(FeasibilitySchema, allow_none=True)
    resources = fields.Nested(ResourcesSchema, allow_none=True)
    department = fields.String(allow_none=True, validate=DEPARTMENT)


class QuotationSchema(_Part):
    """A price; currency: ISO 4217."""

    amount = Amount(required=True)
    currency = fields.String(load_default="CNY", validate=validate.Regexp(r"^[A-Z]{3}\Z", error="currency: ISO 4217"))
    note = Prose(500, load_default=None, allow_none=True)


class PlanSchema(Action):
    """How it will be solved and by when."""

    makes = told.Plan
    text = Prose(required=True)
    expected_finish = Moment(required=True)
    solution = Prose(allow_none=True)
    process = Prose(allow_none=True)
    quotation = fields.Nested(QuotationSchema, allow_none=True)
    workaround = Prose(allow_none=True)
    later_iteration = Prose(allow_none=True)


SCHEMAS: Mapping[str, type[Action]] = {
    "evaluate": EvaluateSchema,
    "plan": PlanSchema,
}
