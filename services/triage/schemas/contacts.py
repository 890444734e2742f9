"""How staff is reached: query and answer."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema


class ContactsQuerySchema(Schema):
    """?staff_id= or ?department=&role=; role: lead or staff, none means both."""

    department = fields.String(validate=validate.Length(1, 40))
    staff_id = fields.String(validate=validate.Length(1, 36))
    role = fields.String(validate=validate.OneOf(["lead", "staff"]))

    @validates_schema
    def _names_somebody(self, data: Mapping[str, Any], **_: Any) -> None:
        if "department" not in data and "staff_id" not in data:
            raise ValidationError("required: A department or a staff_id", "department")


class ContactSchema(Schema):
    """Somebody who works here, in the clear."""

    staff_id, name, email = fields.String(), fields.String(), fields.String()


class ContactListSchema(Schema):
    """All who fit, by id."""

    items = fields.List(fields.Nested(ContactSchema))
