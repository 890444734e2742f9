"""What a CRM or staff say of a customer, and the numbers that others know it by."""

import re
from datetime import UTC, datetime
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates

from services.intake.domain.contact import Contact
from services.intake.domain.customer_numbers import KINDS, NumberKey
from services.intake.domain.customer_records import CustomerRecord
from services.intake.domain.records import BusinessRow
from services.intake.domain.report import ReportedCustomer
from services.intake.schemas.demand import EARLIEST, LATEST, ContactSchema
from services.intake.schemas.fields import Clean, Strict
from shared.privacy import finder
from shared.text import clean_text

WAYS = ["phone", "email", "im"]
MOST_BUSINESS = 100
_MOST_NUMBERS = 50
_PUBLIC = re.compile(r"[A-Za-z0-9][A-Za-z0-9_/.\-]{0,79}")
_SYSTEM = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,39}")


class PublicNumber(fields.String):
    """A number that may be read by everybody: letters, digits, - _ / . up to 80; nothing that looks like a person's."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = clean_text(super()._deserialize(value, attr, data, **kwargs))
        if not _PUBLIC.fullmatch(text):
            raise ValidationError("number: Letters, digits, hyphen, underscore, slash, point; at most 80")
        if finder.find(text):
            raise ValidationError("personal-data: This looks like a phone number, an address or a card")
        return text


class SystemName(fields.String):
    """The code of a system that numbers customers."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = clean_text(super()._deserialize(value, attr, data, **kwargs))
        if not _SYSTEM.fullmatch(text) or finder.find(text):
            raise ValidationError("system: Letters, digits, hyphen, underscore, point; at most 40")
        return text


class NumberSchema(Strict):
    """A number of a customer. system: whose it is, absent where nobody knows."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    system = SystemName(load_default="")
    number = PublicNumber(required=True)

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> NumberKey:
        return NumberKey(**data)


class ExternalSchema(Strict):
    """The address of a customer in another system."""

    system = SystemName(required=True)
    number = PublicNumber(required=True, data_key="external_id")

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> NumberKey:
        return NumberKey("external", **data)


class BusinessRowSchema(Strict):
    """An order or a product of the customer."""

    kind = fields.String(required=True, validate=validate.OneOf(["order", "product"]))
    name = Clean(150, required=True)
    at = fields.AwareDateTime(allow_none=True, format="iso", load_default=None)

    @validates("name")
    def _name(self, value: str | None, **_: Any) -> None:
        if not value:
            raise ValidationError("missing: A name is needed")

    @validates("at")
    def _at(self, value: datetime | None, **_: Any) -> None:
        if value is not None and not EARLIEST <= value.year <= LATEST:
            raise ValidationError(f"range: A year from {EARLIEST} to {LATEST}")

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> BusinessRow:
        at = data["at"].astimezone(UTC) if data["at"] else None
        return BusinessRow("", data["kind"], data["name"], at)


class RecordSchema(Strict):
    """What is named counts, what is absent or null stays. policy: by whose rule a new customer is numbered."""

    name = Clean(100)
    company = Clean(150)
    industry = Clean(60)
    kind = fields.String(allow_none=True, validate=validate.OneOf(["person", "company"]))
    value = Clean(40)
    tier = Clean(40)
    source = Clean(60)
    preferred_channel = fields.String(allow_none=True, validate=validate.OneOf(WAYS))
    contact = fields.Nested(ContactSchema, allow_none=True)
    numbers = fields.List(fields.Nested(NumberSchema), load_default=(), validate=validate.Length(max=_MOST_NUMBERS))
    policy = fields.String(allow_none=True, load_default=None, validate=validate.Length(1, 20))

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> CustomerRecord:
        numbers, policy, business = data.pop("numbers"), data.pop("policy"), data.pop("business", None)
        contact = Contact(name=data.pop("name", None), **(data.pop("contact", None) or {}))
        return CustomerRecord(ReportedCustomer(contact=contact, **data), tuple(numbers), business, policy)


class CrmRecordSchema(RecordSchema):
    """A customer as a CRM tells it. business takes the place of what the same system told before."""

    business = fields.List(
        fields.Nested(BusinessRowSchema), allow_none=True, validate=validate.Length(max=MOST_BUSINESS)
    )


class NumberAnswerSchema(Schema):
    """A number of a customer, with when and by whom it was noted."""

    kind = fields.String()
    system = fields.String()
    number = fields.String()
    at = fields.String()
    by = fields.String()


class NumbersSchema(Schema):
    """All numbers of a customer."""

    items = fields.List(fields.Nested(NumberAnswerSchema))
