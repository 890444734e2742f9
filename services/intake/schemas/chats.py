"""Transcripts of online chats: a demand's body with what was written."""

from datetime import UTC, datetime
from typing import Any

from marshmallow import ValidationError, fields, post_load, validate, validates

from services.intake.domain.chats import Chat, Message
from services.intake.schemas.demand import EARLIEST, LATEST, NUMBER, AcceptedSchema, DemandSchema
from services.intake.schemas.fields import Clean, Strict

_MOST = 500


class MessageSchema(Strict):
    """What one side wrote at once."""

    at = fields.AwareDateTime(required=True, format="iso")
    speaker = fields.String(required=True, data_key="from", validate=validate.OneOf(["customer", "agent"]))
    text = Clean(4000, required=True)

    @validates("at")
    def _year(self, value: datetime, **_: Any) -> None:
        if not EARLIEST <= value.year <= LATEST:
            raise ValidationError(f"range: A year from {EARLIEST} to {LATEST}")

    @validates("text")
    def _there(self, value: str | None, **_: Any) -> None:
        if value is None:
            raise ValidationError("required: A message says something")

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> Message:
        return Message(data["at"].astimezone(UTC), data["speaker"], data["text"])


class ChatSchema(DemandSchema):
    """POST /api/v1/chats. demand: number of the one that it was about; answered: we answered with substance in it."""

    messages = fields.List(fields.Nested(MessageSchema), required=True, validate=validate.Length(1, _MOST))
    demand = fields.String(allow_none=True, validate=NUMBER)
    answered = fields.Boolean(load_default=False, truthy={True}, falsy={False})

    @post_load
    def _make(self, data: dict[str, Any], **more: Any) -> Chat:  # type: ignore[override]
        messages, answered = tuple(data.pop("messages")), data.pop("answered")
        demand = data.pop("demand", None)
        return Chat(super()._make(data, **more), messages, answered, demand)


class ChatAnswerSchema(AcceptedSchema):
    """The demand as after POST /api/v1/demands, and the communication that holds the transcript."""

    communication_id = fields.String()
