"""What the schemas of actions are made of."""

from datetime import UTC, datetime
from typing import Any, ClassVar

from marshmallow import RAISE, Schema, ValidationError, fields, post_load, validate

from shared.privacy.finder import redactor
from shared.text import clean_text

NUMBER = validate.Regexp(r"^[A-Za-z0-9-]{1,80}\Z", error="number: Letters, digits and hyphens")
CODE = validate.Length(1, 60)
DEPARTMENT = validate.Length(1, 40)
CHANNEL = validate.OneOf(["phone", "email", "im", "chat", "visit", "web", "sms", "letter", "other"])


class Prose(fields.String):
    """What somebody wrote: normal form, bounded, personal data taken out, since it leaves with events."""

    def __init__(self, longest: int = 4000, **kwargs: Any) -> None:
        super().__init__(metadata={"maxLength": longest}, **kwargs)
        self.longest = longest

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = clean_text(super()._deserialize(value, attr, data, **kwargs))
        if len(text) > self.longest:
            raise ValidationError(f"length: At most {self.longest} characters")
        if not text and self.required:
            raise ValidationError("required: Say something")
        return redactor()(text) or None


class Moment(fields.AwareDateTime):
    """A moment with an offset, in a year that a demand can be about; UTC inside."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="iso", **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        try:
            moment = super()._deserialize(value, attr, data, **kwargs).astimezone(UTC)
        except OverflowError:
            raise ValidationError("range: A year from 1900 to 2200") from None
        if not 1900 <= moment.year <= 2200:
            raise ValidationError("range: A year from 1900 to 2200")
        return moment


class Amount(fields.Float):
    """A number that is not negative, written as a number."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_nan=False, validate=validate.Range(0, 1e12), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> float:
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise ValidationError("type: A number")
        return super()._deserialize(value, attr, data, **kwargs)


class Action(Schema):
    """What every action may bring: the version of the demand that the caller has seen.

    makes: the value of domain.told it is loaded into; commanded: departments that own their tools may command it;
    path: where it stands under the demand's address, its own name unless said; about: the part of the demand that
    path names (`<string:task>`), which a command carries in its body.
    """

    makes: ClassVar[type[Any]]
    commanded: ClassVar[bool] = True
    path: ClassVar[str | None] = None
    about: ClassVar[str | None] = None

    class Meta:
        """Unknown fields are refused."""

        unknown = RAISE

    expected_version = fields.Integer(strict=True, allow_none=True, load_default=None, validate=validate.Range(min=1))

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> "Loaded":
        version, demand = data.pop("expected_version"), data.pop("demand", None)
        given = {name: tuple(value) if isinstance(value, list) else value for name, value in data.items()}
        return Loaded(self.makes, given, version, demand)


class Loaded:
    """expected_version: what the caller has seen; demand: the number, with a command."""

    def __init__(self, makes: type[Any], given: dict[str, Any], expected_version: int | None, demand: str | None):
        self._makes, self._given = makes, given
        self.expected_version, self.demand = expected_version, demand

    def said(self, **about: str) -> Any:
        """The action's value; about: what the path names."""
        return self._makes(**self._given, **about)
