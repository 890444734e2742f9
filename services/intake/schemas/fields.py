"""Fields and settings that bodies share."""

from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields

from shared.text import clean_text


class Clean(fields.String):
    """Text in normal form, bounded in characters; empty text counts as absent."""

    def __init__(self, longest: int, **kwargs: Any) -> None:
        super().__init__(allow_none=True, metadata={"maxLength": longest}, **kwargs)
        self.longest = longest

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = clean_text(super()._deserialize(value, attr, data, **kwargs))
        if len(text) > self.longest:
            raise ValidationError(f"length: At most {self.longest} characters")
        return text or None


class Strict(Schema):
    """Unknown fields are refused, keys keep their order."""

    class Meta:
        """Settings of marshmallow."""

        unknown = RAISE
