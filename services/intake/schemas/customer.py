"""Customers as staff see and change them."""

from marshmallow import Schema, fields, validate

from services.intake.schemas.communications import CommunicationAnswerSchema
from services.intake.schemas.demand import ContactSchema
from services.intake.schemas.fields import Clean, Strict


class FindSchema(Strict):
    """By phone or mail address, exactly; in the body, since addresses are logged."""

    phone = Clean(40)
    email = Clean(254)


class ChangeSchema(Strict):
    """What is not named stays; null empties."""

    name = Clean(100)
    company_name = Clean(150)
    industry = Clean(60)
    kind = fields.String(validate=validate.OneOf(["person", "company"]))
    value = Clean(40)
    tier = Clean(40)
    contact = fields.Nested(ContactSchema)


class CustomerAnswerSchema(Schema):
    """A customer without name and contact."""

    number = fields.String()
    masked_name = fields.String()
    kind = fields.String()
    industry = fields.String(allow_none=True)
    tier = fields.String(allow_none=True)
    value = fields.String(allow_none=True)
    company_name = fields.String(allow_none=True)
    version = fields.Integer()


class ConsentSchema(Schema):
    """What a customer agreed to. purpose: "handling", or the code of the form whose purpose it was."""

    purpose = fields.String()
    policy = fields.Dict()
    at = fields.String()
    channel = fields.String()


class CustomerReadSchema(CustomerAnswerSchema):
    """One customer; consents: the latest hundred, the newest first."""

    consents = fields.List(fields.Nested(ConsentSchema))


class FoundSchema(Schema):
    """Customers found: one or none."""

    items = fields.List(fields.Nested(CustomerAnswerSchema))


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
    """An order or a product that was spoken of, with the demand where it was last."""

    kind = fields.String()
    name = fields.String()
    number = fields.String()
    at = fields.String()


class BriefingSchema(Schema):
    """All that is known before a talk. demands: those not closed first; knowledge: {policy, code, title, reference}."""

    customer = fields.Nested(CustomerAnswerSchema)
    demands = fields.List(fields.Dict())
    communications = fields.List(fields.Nested(CommunicationAnswerSchema))
    business = fields.List(fields.Nested(BusinessSchema))
    reminders = fields.List(fields.Dict())
    knowledge = fields.List(fields.Dict())
