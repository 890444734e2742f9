"""What the departments think of a demand, and how it will be solved."""

from collections.abc import Mapping

from marshmallow import fields, validate

from services.triage.domain.told import evaluate as told
from services.triage.schemas.actions.parts import CODE, Action, Moment, Prose


class EvaluateSchema(Action):
    """What the departments concerned think of it."""

    makes = told.Evaluate
    verdict = fields.String(required=True, validate=validate.OneOf(["feasible", "partly", "infeasible"]))
    text = Prose(required=True)
    alternative = Prose(allow_none=True)
    finding = fields.String(allow_none=True, validate=CODE)


class PlanSchema(Action):
    """How it will be solved and by when."""

    makes = told.Plan
    text = Prose(required=True)
    expected_finish = Moment(required=True)
    workaround = Prose(allow_none=True)


SCHEMAS: Mapping[str, type[Action]] = {
    "evaluate": EvaluateSchema,
    "plan": PlanSchema,
}
