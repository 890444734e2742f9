"""Attachments: as they come in JSON, and as they are shown."""

import base64
import binascii
from collections.abc import Sequence
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from services.intake.domain import attachments as files
from services.intake.domain.attachments import Attachment, AttachmentRow
from services.intake.schemas.fields import Clean, Strict
from shared.clock import format_time
from shared.refused import wrong


class AttachmentSchema(Strict):
    """POST .../attachments as JSON, and in a demand's body: a small file in base64, or the place where it lies.

    media_type: of what a reference leads to; a file's is known by its name and content.
    """

    name = fields.String(required=True, validate=validate.Length(1, 1000))
    media_type = Clean(100)
    content_base64 = fields.String(allow_none=True)
    reference = Clean(files.MOST_REFERENCE)
    label = Clean(files.MOST_LABEL)

    @validates_schema
    def _one_of(self, data: dict[str, Any], **_: Any) -> None:
        if (data.get("content_base64") is None) == (data.get("reference") is None):
            raise ValidationError("required: Either content_base64 or reference", "content_base64")


class LabelSchema(Strict):
    """The words beside a file in a form."""

    label = Clean(files.MOST_LABEL)


class AttachmentAnswerSchema(Schema):
    """An attachment, redacted. size in bytes and sha256 of the plain bytes: null for a reference."""

    id = fields.String()
    name = fields.String()
    label = fields.String(allow_none=True)
    media_type = fields.String(allow_none=True)
    size = fields.Integer(allow_none=True)
    sha256 = fields.String(allow_none=True)
    reference = fields.String(allow_none=True)
    at = fields.String()


class AttachmentsSchema(Schema):
    """A demand's attachments in the order in which they came."""

    items = fields.List(fields.Nested(AttachmentAnswerSchema))


class AttachedSchema(AttachmentsSchema):
    """What was attached. version: of the demand."""

    number = fields.String()
    version = fields.Integer()


def loaded(rows: Sequence[dict[str, Any]], place: str = "/attachments") -> tuple[Attachment, ...]:
    """From what AttachmentSchema loads; Refused as domain.attachments says, 422 for what is no base64."""
    files.check_count(len(rows), place)
    return tuple(built(row, f"{place}/{index}") for index, row in enumerate(rows))


def built(row: dict[str, Any], place: str = "") -> Attachment:
    """One of them; place: the pointer of its object."""
    label = row.get("label")
    if row.get("content_base64") is None:
        return files.reference(
            row["name"], row["reference"], label=label, media_type=row.get("media_type"), place=place
        )
    try:
        content = base64.b64decode(row["content_base64"], validate=True)
    except (binascii.Error, ValueError):
        raise wrong(f"{place}/content_base64", "base64", "Not base64") from None
    return files.file(row["name"], lambda: content, size=len(content), label=label, place=place)


def shown(row: AttachmentRow) -> dict[str, Any]:
    """As everybody may see it who may see the demand."""
    plain = {name: getattr(row, name) for name in ("id", "name", "label", "media_type", "size", "sha256", "reference")}
    return {**plain, "at": format_time(row.at)}
