"""What intake tells: demands as reported, and what customers say afterwards. All texts are redacted."""

from marshmallow import fields, validate

from shared.contracts.shapes import (
    CustomerFacts,
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

    taken_by: `staff:<id>` of the first contact person, null where nobody took it by hand.
    related_number: of the demand it has to do with, as it is called there; relation: how (null: somehow).
    historic null: a demand of now, which is to be handled. Else a row of the past, received when it says: no clock runs
    for it and nobody is told of it.
    """

    policy = fields.Nested(Pin, required=True)
    channel, channel_kind, department = text(), text(), text()
    received_at, occurred_at = moment(), maybe_moment()
    customer = fields.Nested(CustomerFacts, required=True)
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
    relation = fields.String(allow_none=True, validate=validate.OneOf(["split_from", "follow_up"]))
    taken_by = fields.String(allow_none=True, validate=validate.Regexp(r"^staff:.{1,80}$"))


class DemandSupplemented(OfDemand):
    """intake: what was missing came in. given: the names it answers; quality: what is still wanting.

    values: what came besides description and fields, by the names of demand.received.
    """

    supplement_id, at, by = text(), moment(), text()
    description, fields_ = maybe(), fields.Dict(required=True, data_key="fields")
    values = fields.Dict(required=True)
    given = texts()
    quality = fields.Nested(Quality, required=True)


class AttachmentAdded(OfDemand):
    """intake: a file came, or the place where it lies. name, label and reference redacted; size in bytes.

    reference null: it is a file, which intake gives out. media_type, size and sha256 (of its bytes) may be null for a
    reference.
    """

    attachment_id, name, label, reference = text(), text(), maybe(), maybe()
    media_type, sha256 = maybe(), maybe(validate=validate.Length(64, 64))
    size = fields.Integer(required=True, allow_none=True, strict=True)
    at, by = moment(), text()


class Reference(Strict):
    """What belongs to a communication, such as a screenshot: where it lies, or an attachment of the demand."""

    reference, label = maybe(), maybe()
    attachment_id = fields.String()


class DemandCommunicated(OfDemand):
    """intake: something was said with the customer, or a record of it was corrected (version 2, 3 ...: the whole anew).

    occurred_at: when it was said, to the minute, perhaps long before registered_at; channel: the policy's, or phone,
    email, chat, visit, im, web, other; answered: we answered with substance. Texts redacted, people masked.
    """

    communication_id, version = text(), number()
    occurred_at, registered_at, by = moment(), moment(), text()
    channel, direction = text(), text(validate=validate.OneOf(["inbound", "outbound"]))
    words, summary, mood, subject = text(), maybe(), maybe(), maybe()
    order_number, product, earlier_number = maybe(), maybe(), maybe()
    people, events = texts(), texts()
    service_opinion, wishes = maybe(), maybe()
    attachments = fields.List(fields.Nested(Reference), required=True)
    answered = fields.Boolean(required=True)


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


class PolicyOf(Strict):
    """A version of a policy."""

    code, version = text(), text()


class CampaignOpened(Strict):
    """intake: customers (by number) are asked to fill in a form of a policy; their answers are demands of the channel
    that bears the campaign's code.
    """

    campaign_id, code, title, form, by = text(), text(), text(), text(), text()
    policy = fields.Nested(PolicyOf, required=True)
    opened_at, closes_at = moment(), moment()
    customers = texts()


class CampaignClosed(Strict):
    """intake: a campaign takes no more answers, before its time."""

    campaign_id, code, at = text(), text(), moment()


PUBLISHED = {
    "demand.received": DemandReceived,
    "demand.supplemented": DemandSupplemented,
    "demand.communicated": DemandCommunicated,
    "attachment.added": AttachmentAdded,
    "demand.confirmed": DemandConfirmed,
    "demand.disputed": DemandDisputed,
    "demand.withdrawn": DemandWithdrawn,
    "change.confirmed": ChangeConfirmed,
    "change.declined": ChangeDeclined,
    "customer.changed": CustomerFacts,
    "campaign.opened": CampaignOpened,
    "campaign.closed": CampaignClosed,
}
