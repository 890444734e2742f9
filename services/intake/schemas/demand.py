"""The body of a reported demand: strict in form, lenient in content (what is missing is quality, not an error)."""

from datetime import UTC, datetime
from typing import Any, ClassVar

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates

from services.intake.domain.contact import Contact, normal_email, normal_phone
from services.intake.domain.report import Report, ReportedCustomer
from services.intake.schemas.attachments import AttachmentSchema, loaded
from services.intake.schemas.fields import Clean, Strict
from shared.text import clean_text

NUMBER = validate.Regexp(r"^[A-Za-z0-9-]{1,80}\Z", error="number: Letters, digits and hyphens")
_MOST_FIELDS = 50
EARLIEST, LATEST = 1900, 2200


class ContactSchema(Strict):
    """How to reach the customer."""

    phone = Clean(40)
    email = Clean(254)
    im = Clean(100)

    @validates("phone")
    def _phone(self, value: str | None, **_: Any) -> None:
        if value and normal_phone(value) is None:
            raise ValidationError("phone: Not a phone number")

    @validates("email")
    def _email(self, value: str | None, **_: Any) -> None:
        if value and normal_email(value) is None:
            raise ValidationError("email: Not a mail address")


class ReportedContactSchema(Strict):
    """How to reach the customer, as it was written; whether it can be read depends on policy and channel."""

    phone = Clean(40)
    email = Clean(254)
    im = Clean(100)


class ReportedCustomerSchema(Strict):
    """What a report tells of its customer."""

    name = Clean(100)
    company = Clean(150)
    industry = Clean(60)
    kind = fields.String(allow_none=True, validate=validate.OneOf(["person", "company"]))
    value = Clean(40)
    contact = fields.Nested(ReportedContactSchema, allow_none=True)
    preferred_channel = fields.String(allow_none=True, validate=validate.OneOf(["phone", "email", "im"]))

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> ReportedCustomer:
        contact = Contact(name=data.pop("name", None), **(data.pop("contact", None) or {}))
        return ReportedCustomer(contact=contact, **data)


class CustomerSchema(ReportedCustomerSchema):
    """Who reports."""

    number = fields.String(allow_none=True, validate=NUMBER)


class ImpactSchema(Strict):
    """How far the matter reaches. amount: in the company's currency."""

    customers = fields.Integer(strict=True, validate=validate.Range(0, 10**9))
    amount = fields.Float(validate=validate.Range(0, 1e15))
    safety = fields.Boolean(truthy={True}, falsy={False})
    brand = fields.Boolean(truthy={True}, falsy={False})


class FeedbackSchema(Strict):
    """An opinion that comes with or instead of a demand."""

    kind = Clean(40)
    text = Clean(4000)
    stars = fields.Integer(strict=True, allow_none=True, validate=validate.Range(1, 5))


class ReferralSchema(Strict):
    """The partner who sent the customer."""

    partner = Clean(80)
    reference = Clean(80)


def _scalar_fields(value: dict[str, Any]) -> None:
    if len(value) > _MOST_FIELDS:
        raise ValidationError(f"length: At most {_MOST_FIELDS} fields")
    errors: dict[str, list[str]] = {}
    for name, inner in value.items():
        items = inner if isinstance(inner, list) else [inner]
        if not all(item is None or isinstance(item, str | int | float | bool) for item in items):
            errors[name] = ["type: Text, number, truth value, or a list of them"]
        elif len(items) > _MOST_FIELDS or any(isinstance(item, str) and len(item) > 4000 for item in items):
            errors[name] = ["length: Too long"]
    if errors:
        raise ValidationError(errors)  # type: ignore[arg-type]


class ReportSchema(Strict):
    """What may be reported, at first or later."""

    occurred_at = fields.AwareDateTime(allow_none=True, format="iso")
    subject = Clean(200)
    description = Clean(20_000)
    type = Clean(60)
    urgency = Clean(60)
    impact = fields.Nested(ImpactSchema, allow_none=True)
    expected_by = Clean(40)
    order_number = Clean(80)
    product = Clean(150)
    mood = Clean(40)
    wishes = Clean(2000)
    budget = Clean(60)
    feedback = fields.Nested(FeedbackSchema, allow_none=True)
    related_number = fields.String(allow_none=True, validate=NUMBER)
    fields_ = fields.Dict(
        keys=fields.String(validate=validate.Length(1, 60)),
        data_key="fields",
        attribute="fields",
        allow_none=True,
        validate=_scalar_fields,
    )

    attachments = fields.List(fields.Nested(AttachmentSchema), allow_none=True)

    @validates("occurred_at")
    def _occurred_at(self, value: datetime | None, **_: Any) -> None:
        if value is not None and not EARLIEST <= value.year <= LATEST:
            raise ValidationError(f"range: A year from {EARLIEST} to {LATEST}")

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> Report:
        known = {name: value for name, value in data.items() if value is not None}
        if "fields" in known:
            known["fields"] = {name: _clean(value) for name, value in known["fields"].items()}
        if "occurred_at" in known:
            known["occurred_at"] = known["occurred_at"].astimezone(UTC)
        if "attachments" in known:
            known["attachments"] = loaded(known["attachments"])
        return Report(**known)


class DemandSchema(ReportSchema):
    """POST /api/v1/demands. message_id: a mail's Message-ID."""

    policy = fields.String(allow_none=True, validate=validate.Length(1, 20))
    customer = fields.Nested(CustomerSchema, allow_none=True)
    referral = fields.Nested(ReferralSchema, allow_none=True)
    language = fields.String(allow_none=True, validate=validate.OneOf(["zh", "en"]))
    message_id = Clean(250)


class QualitySchema(Schema):
    """What the policy finds wanting."""

    vague = fields.List(fields.String())
    missing = fields.List(fields.String())


class PinSchema(Schema):
    """The policy a demand is run by."""

    code = fields.String()
    version = fields.String()


class AcceptedSchema(Schema):
    """The answer to an accepted demand."""

    id = fields.String()
    number = fields.String()
    policy = fields.Nested(PinSchema)
    received_at = fields.String()
    first_response_by = fields.String(allow_none=True)
    quality = fields.Nested(QualitySchema)
    tracking_url = fields.String(allow_none=True)


class DemandAnswerSchema(AcceptedSchema):
    """A demand as its channel may see it: no personal data.

    status: a category, resolution: how it ended; merged_into: the number of the demand that goes on for it;
    asked_for: {missing, vague, text, at} while the customer is asked; result: {conclusion, next_step, notes} once
    completed, result_sha256: what a signature to it signs; changes: of the plan [{id, number, state, what, reason,
    plan, cost, expected_finish, before, at, agreed}], agreed null: the customer has not answered; locked_at: since
    then a closed demand is disputed no longer; ticket_number: the only contact a record may hold where the policy lets
    it hold no other.
    """

    status = fields.String()
    resolution = fields.String(allow_none=True)
    merged_into = fields.String(allow_none=True)
    cycle = fields.Integer()
    asked_for = fields.Dict(allow_none=True)
    result = fields.Dict(allow_none=True)
    result_sha256 = fields.String(allow_none=True)
    changes = fields.List(fields.Dict())
    locked_at = fields.String(allow_none=True)
    withdrawn_at = fields.String(allow_none=True)
    ticket_number = fields.String(allow_none=True)
    department = fields.String(allow_none=True)
    channel = fields.String()
    customer = fields.Dict()
    subject = fields.String(allow_none=True)
    description = fields.String()
    version = fields.Integer()


class AcceptQuerySchema(Schema):
    """?strict=true: refuse what is incomplete or vague instead of accepting it with a quality remark.

    channel: the code of the channel by which it came to staff; a channel's own key says it already.
    """

    strict = fields.Boolean(load_default=False)
    channel = fields.String(load_default=None, validate=validate.Length(1, 40))


class PurposeQuerySchema(Schema):
    """Why a contact is opened."""

    purposes: ClassVar[list[str]] = ["notice", "call", "archive", "form"]
    purpose = fields.String(required=True, validate=validate.OneOf(purposes))


class ContactAnswerSchema(Schema):
    """A contact in the clear, for the service that needs it now."""

    number = fields.String()
    name = fields.String(allow_none=True)
    phone = fields.String(allow_none=True)
    email = fields.String(allow_none=True)
    im = fields.String(allow_none=True)


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return clean_text(value)
    return [_clean(item) for item in value] if isinstance(value, list) else value
