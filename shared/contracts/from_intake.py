"""What intake tells: demands as reported, and what customers say afterwards. All texts are redacted."""

from marshmallow import fields, validate

from shared.contracts.shapes import (
    Customer,
    OfDemand,
    Pin,
    Quality,
    Strict,
    maybe,
    maybe_moment,
    moment,
    number,
    text,
    texts,
)


class FeedbackGiven(Strict):
    """An opinion that came with or instead of a demand; all null when there was none."""

    kind, text = maybe(), maybe()
    stars = fields.Integer(required=True, allow_none=True, strict=True)


class Historic(Strict):
    """What an imported row of the past says of its own handling: codes of the policy, a date, redacted texts.

    owner: masked; limit: YYYY-MM-DD, never recomputed; channel: the policy's. All but status may be null.
    """

    status = text()
    owner, limit, result, satisfaction = maybe(), maybe(), maybe(), maybe()
    priority, channel, note = maybe(), maybe(), maybe()


class DemandReceived(OfDemand):
    """intake: a demand was accepted. department: who registered it; fields without the sensitive ones.

    historic null: a demand of now, which is to be handled. Else a row of the past, received when it says: no clock runs
    for it and nobody is told of it.
    """

    policy = fields.Nested(Pin, required=True)
    channel, channel_kind, department = text(), text(), text()
    received_at, occurred_at = moment(), maybe_moment()
    customer = fields.Nested(Customer, required=True)
    known_customer = fields.Boolean(required=True)
    subject, description = maybe(), text()
    type, urgency, expected_by, order_number = maybe(), maybe(), maybe(), maybe()
    product, mood, wishes, budget, related_number = maybe(), maybe(), maybe(), maybe(), maybe()
    impact, fields_ = fields.Dict(required=True), fields.Dict(required=True, data_key="fields")
    feedback = fields.Nested(FeedbackGiven, required=True)
    partner = maybe()
    quality = fields.Nested(Quality, required=True)
    first_response_by = maybe_moment()
    language = text(validate=validate.OneOf(["zh", "en"]))
    reachable_by = texts()
    preferred_channel = maybe()
    historic = fields.Nested(Historic, required=True, allow_none=True)


class DemandSupplemented(OfDemand):
    """intake: what was missing came in. given: the names it answers; quality: what is still wanting.

    values: what came besides description and fields, by the names of demand.received.
    """

    supplement_id, at, by = text(), moment(), text()
    description, fields_ = maybe(), fields.Dict(required=True, data_key="fields")
    values = fields.Dict(required=True)
    given = texts()
    quality = fields.Nested(Quality, required=True)


class DemandConfirmed(OfDemand):
    """intake: the customer is satisfied with the result of this cycle; satisfaction: the policy's level.

    signed: with a signature, made as signature_method says; result_sha256: of the very words that were answered.
    """

    cycle, satisfaction, opinion, at = number(), text(), maybe(), moment()
    signed = fields.Boolean(required=True)
    signature_method = maybe(validate=validate.OneOf(["electronic", "scan"]))
    result_sha256 = maybe(validate=validate.Length(64, 64))


class DemandDisputed(OfDemand):
    """intake: the customer is not satisfied."""

    cycle, satisfaction, opinion, at = number(), text(), maybe(), moment()


class DemandWithdrawn(OfDemand):
    """intake: the customer takes the demand back."""

    reason, at = maybe(), moment()


class ChangeAnswered(OfDemand):
    """What the customer says to a change of the plan."""

    change, opinion, at = text(), maybe(), moment()


class ChangeConfirmed(ChangeAnswered):
    """intake: the customer agrees to a change."""


class ChangeDeclined(ChangeAnswered):
    """intake: the customer does not agree to a change."""


PUBLISHED = {
    "demand.received": DemandReceived,
    "demand.supplemented": DemandSupplemented,
    "demand.confirmed": DemandConfirmed,
    "demand.disputed": DemandDisputed,
    "demand.withdrawn": DemandWithdrawn,
    "change.confirmed": ChangeConfirmed,
    "change.declined": ChangeDeclined,
    "customer.changed": Customer,
}
