"""Customers as staff see and change them."""

from marshmallow import Schema, fields, validate

from services.intake.schemas.demand import Clean, ContactSchema, Strict


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


class FoundSchema(Schema):
    """Customers found: one or none."""

    items = fields.List(fields.Nested(CustomerAnswerSchema))


class HistoryQuerySchema(Schema):
    """?cursor=&limit=."""

    cursor = fields.String()
    limit = fields.String()


class HistorySchema(Schema):
    """A customer's demands, the newest first."""

    items = fields.List(fields.Dict())
