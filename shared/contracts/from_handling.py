"""What triage tells of handling: questions, evaluation, plan, progress, delays, promises, results, the end."""

from marshmallow import fields, validate

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


class OfChange(OfCase):
    """What every event of a change request says; change_number: counted within the demand."""

    change, at = text(), moment()
    change_number = number()


class Cost(Strict):
    """What a change costs the customer."""

    amount, currency = fields.Float(required=True), text()


class ChangeRequested(OfChange):
    """triage: the plan is to be another one; before: the finish expected until then; approved_by: who must agree."""

    what, reason, plan, approved_by = text(), text(), text(), texts()
    expected_finish, before = maybe_moment(), maybe_moment()
    cost = fields.Nested(Cost, required=True, allow_none=True)


class ChangeApproved(OfChange):
    """triage: somebody of ours agreed, for a role that the policy names; the customer's yes is change.confirmed."""

    party, reason = text(), maybe()


class ChangeDecided(OfChange):
    """triage: all have agreed, or one has not. party: whose answer decided it."""

    verdict = text(validate=validate.OneOf(["approved", "refused"]))
    party, reason = text(), maybe()


class Result(Strict):
    """What came out: conclusion, next step, what to mind.

    explanation, alternative: of what was evaluated as infeasible, told with the conclusion; else null.
    """

    conclusion, next_step, notes = text(), maybe(), maybe()
    explanation, alternative = maybe(), maybe()


class Remedy(Strict):
    """What a complainant was offered, and whether they took it; null: not said yet."""

    offered = text()
    accepted = fields.Boolean(required=True, allow_none=True)


class OfResult(OfCase):
    """A result: left_over: problems that stay; remedy, recourse: of a complaint only."""

    cycle, at = number(), moment()
    result = fields.Nested(Result, required=True)
    expectation_met = fields.Boolean(required=True, allow_none=True)
    left_over, recourse = maybe(), maybe()
    remedy = fields.Nested(Remedy, required=True, allow_none=True)


class DemandHandedOver(OfResult):
    """triage: the executing department hands the result to whoever tells the customer."""

    deliverables, report = texts(), maybe()


class DemandCompleted(OfResult):
    """triage: handling is done; the customer is to say whether it satisfies. result_sha256: what a signature signs."""

    result_sha256 = text(validate=validate.Length(64, 64))


class CycleStarted(OfCase):
    """triage: the customer was not satisfied, it is handled anew."""

    cycle, at = number(), moment()


class DemandClosed(OfCase):
    """triage: the end. recourse: where the customer may turn whose complaint ends so."""

    cycle, at, measure, reason, recourse = number(), moment(), maybe(), maybe(), maybe()


class DemandLocked(OfCase):
    """triage: the grace after closing has ended; nothing of this demand is opened again."""

    cycle, at = number(), moment()


PUBLISHED = {
    "supplement.requested": SupplementRequested,
    "demand.resumed": DemandResumed,
    "demand.progressed": DemandProgressed,
    "demand.delayed": DemandDelayed,
    "promise.made": PromiseMade,
    "change.requested": ChangeRequested,
    "change.approved": ChangeApproved,
    "change.decided": ChangeDecided,
    "demand.handed_over": DemandHandedOver,
    "demand.completed": DemandCompleted,
    "cycle.started": CycleStarted,
    "demand.closed": DemandClosed,
    "demand.locked": DemandLocked,
}
