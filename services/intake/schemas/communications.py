"""Communications about a demand: as they are recorded, and as they are shown."""

from datetime import UTC, datetime
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates, validates_schema

from services.intake.domain.communications import Communication
from services.intake.schemas.demand import EARLIEST, LATEST, NUMBER, QualitySchema
from services.intake.schemas.fields import Clean, Strict

_MOST = 20


class ReferenceSchema(Strict):
    """What belongs to it, such as an error screenshot: where it lies, or the id of an attachment of the demand."""

    reference = Clean(300)
    attachment_id = Clean(36)
    label = Clean(80)

    @validates_schema
    def _one_of(self, data: dict[str, Any], **_: Any) -> None:
        if bool(data.get("reference")) == bool(data.get("attachment_id")):
            raise ValidationError("required: Either reference or attachment_id", "reference")

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> dict[str, str | None]:
        plain = {"reference": data.get("reference"), "label": data.get("label")}
        return plain | ({"attachment_id": data["attachment_id"]} if data.get("attachment_id") else {})


class CommunicationSchema(Strict):
    """POST /api/v1/demands/{number}/communications; PUT .../communications/{id} takes the whole anew."""

    occurred_at = fields.AwareDateTime(required=True, format="iso")
    channel = Clean(40, required=True)
    direction = fields.String(required=True, validate=validate.OneOf(["inbound", "outbound"]))
    words = Clean(20_000, required=True)
    answered = fields.Boolean(required=True, truthy={True}, falsy={False})
    summary = Clean(4000)
    mood = Clean(40)
    subject = Clean(200)
    order_number = Clean(80)
    product = Clean(150)
    people = fields.List(Clean(100), allow_none=True, validate=validate.Length(max=_MOST))
    events = fields.List(Clean(500), allow_none=True, validate=validate.Length(max=_MOST))
    service_opinion = Clean(2000)
    wishes = Clean(2000)
    earlier_number = fields.String(allow_none=True, validate=NUMBER)
    attachments = fields.List(fields.Nested(ReferenceSchema), allow_none=True, validate=validate.Length(max=_MOST))

    @validates("occurred_at")
    def _year(self, value: datetime, **_: Any) -> None:
        if not EARLIEST <= value.year <= LATEST:
            raise ValidationError(f"range: A year from {EARLIEST} to {LATEST}")

    @validates("channel", "words")
    def _there(self, value: str | None, **_: Any) -> None:
        _needed(value)

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> Communication:
        known = {name: value for name, value in data.items() if value is not None}
        for name in ("people", "events", "attachments"):
            known[name] = tuple(one for one in known.get(name, ()) if one is not None)
        return Communication(**{**known, "occurred_at": known["occurred_at"].astimezone(UTC)})


class RecordQuerySchema(Schema):
    """?strict=: whether vague words are refused. Not said: yes for people, no for channels."""

    strict = fields.Boolean(load_default=None)


class ListQuerySchema(Schema):
    """?original=true: word for word, for leads, managers and auditors, on the record. cursor, limit: of lists."""

    original = fields.Boolean(load_default=False)
    cursor = fields.String()
    limit = fields.String()


class OriginalSchema(Schema):
    """What was said, word for word."""

    words = fields.String()
    summary = fields.String(allow_none=True)
    subject = fields.String(allow_none=True)
    order_number = fields.String(allow_none=True)
    product = fields.String(allow_none=True)
    people = fields.List(fields.String())
    events = fields.List(fields.String())
    service_opinion = fields.String(allow_none=True)
    wishes = fields.String(allow_none=True)
    earlier_number = fields.String(allow_none=True)
    attachments = fields.List(fields.Dict())


class CommunicationAnswerSchema(Schema):
    """One version of a communication, redacted; people masked. original: only when asked for, null once erased."""

    id = fields.String()
    number = fields.String()
    version = fields.Integer()
    occurred_at = fields.String()
    registered_at = fields.String()
    by = fields.String()
    channel = fields.String()
    direction = fields.String()
    words = fields.String()
    answered = fields.Boolean()
    summary = fields.String(allow_none=True)
    mood = fields.String(allow_none=True)
    subject = fields.String(allow_none=True)
    order_number = fields.String(allow_none=True)
    product = fields.String(allow_none=True)
    people = fields.List(fields.String())
    events = fields.List(fields.String())
    service_opinion = fields.String(allow_none=True)
    wishes = fields.String(allow_none=True)
    earlier_number = fields.String(allow_none=True)
    attachments = fields.List(fields.Dict())
    original = fields.Nested(OriginalSchema, allow_none=True)


class RecordedSchema(CommunicationAnswerSchema):
    """A communication that was recorded just now. quality.vague: what the policy finds vague in it."""

    quality = fields.Nested(QualitySchema)


class CommunicationsSchema(Schema):
    """Communications in the order in which they were, or the versions of one."""

    items = fields.List(fields.Nested(CommunicationAnswerSchema))


def _needed(value: str | None) -> None:
    if value is None:
        raise ValidationError("required: This is needed")
