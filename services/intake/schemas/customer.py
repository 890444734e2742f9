"""Customers as staff see and change them."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from services.intake.domain.customer_records import Wanted
from services.intake.schemas.communications import CommunicationAnswerSchema
from services.intake.schemas.customer_records import WAYS, PublicNumber
from services.intake.schemas.demand import NUMBER, ContactSchema
from services.intake.schemas.fields import Clean, Strict


class FindSchema(Strict):
    """By phone, mail address or number, exactly; by order or name as suggestions. In the body: addresses are logged."""

    phone = Clean(40)
    email = Clean(254)
    number = PublicNumber(allow_none=True)
    order_number = PublicNumber(allow_none=True)
    name = Clean(100)

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> Wanted:
        return Wanted(**data)


class ChangeSchema(Strict):
    """What is not named stays; null empties. verified: whether the contact was checked with the customer."""

    source = Clean(60)
    preferred_channel = fields.String(allow_none=True, validate=validate.OneOf(WAYS))
    verified = fields.Boolean(truthy={True}, falsy={False})

    name = Clean(100)
    company_name = Clean(150)
    industry = Clean(60)
    kind = fields.String(validate=validate.OneOf(["person", "company"]))
    value = Clean(40)
    tier = Clean(40)
    contact = fields.Nested(ContactSchema)


class CustomerAnswerSchema(Schema):
    """A customer without name and contact. merged_into: the number of the customer that goes on for it."""

    number = fields.String()
    masked_name = fields.String()
    kind = fields.String()
    industry = fields.String(allow_none=True)
    tier = fields.String(allow_none=True)
    value = fields.String(allow_none=True)
    company_name = fields.String(allow_none=True)
    source = fields.String(allow_none=True)
    preferred_channel = fields.String(allow_none=True)
    merged_into = fields.String(allow_none=True)
    verified_at = fields.String(allow_none=True)
    verified_by = fields.String(allow_none=True)
    version = fields.Integer()


class ListQuerySchema(Schema):
    """?cursor=&limit=&kind=&industry=&tier=&source=, each exactly."""

    cursor = fields.String()
    limit = fields.String()
    kind = fields.String(validate=validate.OneOf(["person", "company"]))
    industry = fields.String(validate=validate.Length(1, 100))
    tier = fields.String(validate=validate.Length(1, 40))
    source = fields.String(validate=validate.Length(1, 60))


class ListSchema(Schema):
    """A page of customers."""

    items = fields.List(fields.Nested(CustomerAnswerSchema))


class MergeSchema(Strict):
    """into: the number of the customer that goes on for both."""

    into = fields.String(required=True, validate=NUMBER)


class WithdrawConsentSchema(Strict):
    """purpose absent: all of them."""

    purpose = fields.String(allow_none=True, load_default=None, validate=validate.Length(1, 60))


class ExportQuerySchema(Schema):
    """Why the data are told: the customer asked for them."""

    purpose = fields.String(required=True, validate=validate.OneOf(["request"]))
    cursor = fields.String()


class ExportSchema(Schema):
    """Everything held of a customer, in the clear. demands: with all words; the next page has more of them."""

    customers = fields.List(fields.Dict())
    numbers = fields.List(fields.Dict())
    business = fields.List(fields.Dict())
    consents = fields.List(fields.Dict())
    demands = fields.List(fields.Dict())
    supplements_to_others = fields.List(fields.Dict())
    contact_opened = fields.List(fields.Dict())


class ConsentSchema(Schema):
    """What a customer agreed to. purpose: "handling", or the code of the form whose purpose it was."""

    purpose = fields.String()
    policy = fields.Dict()
    at = fields.String()
    channel = fields.String()
    withdrawn_at = fields.String(allow_none=True)


class ConsentsSchema(Schema):
    """consents: as they stand now; withdrawn: how many stood until now."""

    withdrawn = fields.Integer()
    consents = fields.List(fields.Nested(ConsentSchema))


class CustomerReadSchema(CustomerAnswerSchema):
    """One customer; consents: the latest hundred, the newest first."""

    consents = fields.List(fields.Nested(ConsentSchema))


class FoundCustomerSchema(CustomerAnswerSchema):
    """A customer with why. match: exact or suggestion."""

    match = fields.String()
    reasons = fields.List(fields.String())


class FoundSchema(Schema):
    """Customers found, at most 20, exact ones first."""

    items = fields.List(fields.Nested(FoundCustomerSchema))


class HistoryQuerySchema(Schema):
    """?cursor=&limit=."""

    cursor = fields.String()
    limit = fields.String()


class HistorySchema(Schema):
    """A customer's demands, the newest first; on the first page, the latest talks about any of them, too."""

    items = fields.List(fields.Dict())
    communications = fields.List(fields.Nested(CommunicationAnswerSchema))


class BriefingQuerySchema(Schema):
    """What the talk is to be about, in words that name nobody, and the policy whose knowledge counts."""

    subject = fields.String(validate=validate.Length(1, 200), load_default=None)
    policy = fields.String(validate=validate.Length(1, 20), load_default=None)


class BusinessSchema(Schema):
    """An order or a product: spoken of, with the demand where it was last; or told by a system such as the CRM."""

    kind = fields.String()
    name = fields.String()
    number = fields.String(allow_none=True)
    at = fields.String(allow_none=True)
    system = fields.String(allow_none=True)


class BriefingSchema(Schema):
    """All that is known before a talk. demands: those not closed first; knowledge: {policy, code, title, reference}."""

    customer = fields.Nested(CustomerAnswerSchema)
    demands = fields.List(fields.Dict())
    communications = fields.List(fields.Nested(CommunicationAnswerSchema))
    business = fields.List(fields.Nested(BusinessSchema))
    reminders = fields.List(fields.Dict())
    knowledge = fields.List(fields.Dict())
