"""What triage tells of the work on a demand: evaluations, plans, tasks, what stands in the way."""

from typing import Any

from marshmallow import fields, validate

from shared.contracts.shapes import OfCase, Strict, TaskOf, maybe, moment, text

VERDICT = validate.OneOf(["feasible", "partly", "infeasible"])


class Count(Strict):
    """One count of feasibility."""

    verdict = text(validate=validate.OneOf(["yes", "partly", "no"]))
    note = maybe()


class Feasibility(Strict):
    """Technical difficulty, fit with product strategy, resources; null: not judged."""

    technical: Any = fields.Nested(Count, required=True, allow_none=True)
    strategy: Any = fields.Nested(Count, required=True, allow_none=True)
    resources: Any = fields.Nested(Count, required=True, allow_none=True)


class Resources(Strict):
    """What it takes: people, working hours, budget in the currency of the house; lacking: what is not there."""

    people = fields.Integer(required=True, allow_none=True, strict=True)
    hours, budget = fields.Float(required=True, allow_none=True), fields.Float(required=True, allow_none=True)
    lacking = maybe()


class DemandEvaluated(OfCase):
    """triage: what a department thinks of it. overall: the verdict on the demand, all that stands taken together."""

    department = text()
    verdict, overall = text(validate=VERDICT), text(validate=VERDICT)
    text, explanation, alternative, at = text(), maybe(), maybe(), moment()
    feasibility = fields.Nested(Feasibility, required=True, allow_none=True)
    resources = fields.Nested(Resources, required=True, allow_none=True)


class ResourcesLacking(OfCase):
    """triage: a department lacks what it takes; whoever leads it reallocates."""

    department, lacking, at = text(), text(), moment()


class Quotation(Strict):
    """A price; currency: ISO 4217."""

    amount = fields.Float(required=True)
    currency, note = text(), maybe()


class DemandPlanned(OfCase):
    """triage: how it will be solved and by when.

    later_iteration: what comes after the workaround; change: the change request that it carries out, else null.
    """

    text, solution, process, workaround, later_iteration = text(), maybe(), maybe(), maybe(), maybe()
    quotation = fields.Nested(Quotation, required=True, allow_none=True)
    expected_finish, change, at = moment(), maybe(), moment()


class TaskChanged(OfCase):
    """triage: tasks were dispatched or changed, or one of them went on. tasks: those concerned, as they stand now.

    change: dispatched, progressed; text: what was noted with the progress.
    """

    change = text(validate=validate.OneOf(["dispatched", "progressed"]))
    tasks = fields.List(fields.Nested(TaskOf), required=True)
    text, at = maybe(), moment()


class DemandBlocked(OfCase):
    """triage: something stands in the way since occurred_at; task: the one that it stops."""

    reason, reason_label, note, task = text(), text(), maybe(), maybe()
    occurred_at, at = moment(), moment()


class DemandUnblocked(OfCase):
    """triage: it stands in the way no longer; occurred_at: of the blocker."""

    note, occurred_at, at = maybe(), moment(), moment()


PUBLISHED = {
    "demand.evaluated": DemandEvaluated,
    "resources.lacking": ResourcesLacking,
    "demand.planned": DemandPlanned,
    "task.changed": TaskChanged,
    "demand.blocked": DemandBlocked,
    "demand.unblocked": DemandUnblocked,
}
