"""What triage tells of handling: questions, evaluation, plan, progress, delays, promises, results, the end."""

from marshmallow import fields

from shared.contracts.shapes import OfCase, Quality, Strict, maybe, maybe_moment, moment, number, text, texts


class SupplementRequested(OfCase):
    """triage: the customer is asked for what is missing."""

    missing, vague, text, at = texts(), texts(), maybe(), moment()


class DemandResumed(OfCase):
    """triage: the customer's supplement came in, handling goes on; quality: what is still wanting."""

    supplement_id = text()
    quality = fields.Nested(Quality, required=True)


class DemandProgressed(OfCase):
    """triage: a note of progress."""

    text, at = text(), moment()


class DemandDelayed(OfCase):
    """triage: the date will not be kept. late: told after the policy's term."""

    reason, reason_label, note, before, expected_finish, at = text(), text(), maybe(), moment(), moment(), moment()
    told_at, channel = maybe_moment(), maybe()
    late = fields.Boolean(required=True)


class PromiseMade(OfCase):
    """triage: something was told to the customer; promised_for: a date that counts from now on."""

    promise, channel, text, promised_for, at = number(), text(), text(), maybe_moment(), moment()
    fulfils = fields.Integer(required=True, allow_none=True, strict=True)


class Result(Strict):
    """What came out: conclusion, next step, what to mind.

    explanation, alternative: of what was evaluated as infeasible, told with the conclusion; else null.
    """

    conclusion, next_step, notes = text(), maybe(), maybe()
    explanation, alternative = maybe(), maybe()


class DemandCompleted(OfCase):
    """triage: handling is done; the customer is to say whether it satisfies."""

    cycle, at = number(), moment()
    result = fields.Nested(Result, required=True)
    expectation_met = fields.Boolean(required=True, allow_none=True)
    left_over = maybe()


class CycleStarted(OfCase):
    """triage: the customer was not satisfied, it is handled anew."""

    cycle, at = number(), moment()


class DemandClosed(OfCase):
    """triage: the end."""

    cycle, at, measure, reason = number(), moment(), maybe(), maybe()


PUBLISHED = {
    "supplement.requested": SupplementRequested,
    "demand.resumed": DemandResumed,
    "demand.progressed": DemandProgressed,
    "demand.delayed": DemandDelayed,
    "promise.made": PromiseMade,
    "demand.completed": DemandCompleted,
    "cycle.started": CycleStarted,
    "demand.closed": DemandClosed,
}
