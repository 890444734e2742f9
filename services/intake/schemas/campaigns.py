"""Campaigns as staff open and read them."""

from datetime import UTC
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates

from services.intake.domain.campaigns import MOST, Audience, NewCampaign
from services.intake.schemas.demand import EARLIEST, LATEST, NUMBER
from services.intake.schemas.fields import Clean, Strict

_CODE = validate.Regexp(r"^[a-z0-9][a-z0-9-]{0,39}\Z", error="form: Small letters, digits and hyphens")


class AudienceSchema(Strict):
    """Customers by number, and all who fit every criterion that is given."""

    numbers = fields.List(fields.String(validate=NUMBER), validate=validate.Length(max=MOST))
    kind = fields.String(validate=validate.OneOf(["person", "company"]))
    industry = Clean(60)
    tier = Clean(40)
    value = Clean(40)

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> Audience:
        numbers = tuple(dict.fromkeys(data.pop("numbers", ())))
        return Audience(numbers, **{name: value for name, value in data.items() if value is not None})


class CampaignSchema(Strict):
    """POST /api/v1/campaigns."""

    code = fields.String(required=True, validate=_CODE)
    title = Clean(100, required=True)
    policy = fields.String(required=True, validate=validate.Length(1, 20))
    form = fields.String(required=True, validate=validate.Length(1, 60))
    department = fields.String(load_default="CSR", validate=validate.Length(1, 40))
    closes_at = fields.AwareDateTime(required=True, format="iso")
    instructions = Clean(4000)
    audience = fields.Nested(AudienceSchema, required=True)

    @validates("title")
    def _there(self, value: str | None, **_: Any) -> None:
        if not value:
            raise ValidationError("required: Say what it is called")

    @validates("closes_at")
    def _year(self, value: Any, **_: Any) -> None:
        if not EARLIEST <= value.year <= LATEST:
            raise ValidationError(f"range: A year from {EARLIEST} to {LATEST}")

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> NewCampaign:
        return NewCampaign(**{**data, "closes_at": data["closes_at"].astimezone(UTC)})


class CampaignAnswerSchema(Schema):
    """A campaign; asked: how many customers, answered: how many of them. left_out: number -> why, when it is opened."""

    code = fields.String()
    title = fields.String()
    policy = fields.Dict()
    form = fields.String()
    form_url = fields.String()
    instructions = fields.String(allow_none=True)
    opened_at = fields.String()
    closes_at = fields.String()
    closed_at = fields.String(allow_none=True)
    asked = fields.Integer()
    answered = fields.Integer()
    by = fields.String()
    left_out = fields.Dict()


class CampaignListSchema(Schema):
    """Campaigns, the newest first."""

    items = fields.List(fields.Nested(CampaignAnswerSchema))


class MemberSchema(Schema):
    """Somebody who is asked; link: their own way to the form; answer: the number of their demand."""

    number = fields.String()
    masked_name = fields.String()
    link = fields.String()
    answer = fields.String(allow_none=True)


class MemberListSchema(Schema):
    """Who is asked, by number."""

    items = fields.List(fields.Nested(MemberSchema))


class LetterSchema(Schema):
    """What one customer is to be mailed, in the clear; email null: there is no address; form: the one to fill in."""

    number = fields.String()
    name = fields.String(allow_none=True)
    email = fields.String(allow_none=True)
    subject = fields.String()
    text = fields.String()
    language = fields.String()
    policy = fields.Dict()
    form = fields.String()


class ListQuerySchema(Schema):
    """?cursor=&limit=."""

    cursor = fields.String()
    limit = fields.String()
