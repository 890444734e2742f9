"""How staff is reached: queries and answers."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from services.triage.domain.absence import Asked


class ContactsQuerySchema(Schema):
    """?staff_id=."""

    staff_id = fields.String(required=True, validate=validate.Length(1, 36))


class ContactSchema(Schema):
    """Somebody who works here, in the clear."""

    staff_id, name, email = fields.String(), fields.String(), fields.String()


class ContactListSchema(Schema):
    """The one person, or nobody."""

    items = fields.List(fields.Nested(ContactSchema))


class RecipientsQuerySchema(Schema):
    """?staff_id=&policy_role=&department=&role=&desk=: see domain.absence.Asked."""

    staff_id = fields.String(validate=validate.Length(1, 36))
    policy_role = fields.String(validate=validate.Length(1, 80))
    department = fields.String(validate=validate.Length(1, 40))
    role = fields.String(validate=validate.OneOf(["lead", "staff"]))
    desk = fields.String(validate=validate.Length(1, 40))

    @validates_schema
    def _names_somebody(self, data: Mapping[str, Any], **_: Any) -> None:
        if not {"department", "staff_id", "policy_role", "desk"} & set(data):
            raise ValidationError("required: A person, a policy's role or a department", "department")

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> Asked:
        return Asked(**data)


class RecipientSchema(Schema):
    """Somebody whom a notice reaches. why: the link of the chain; instead_of: who is away, a staff id."""

    staff_id = fields.String()
    why = fields.String(
        validate=validate.OneOf(["handler", "policy_role", "department", "department_lead", "desk", "manager"])
    )
    instead_of = fields.String(allow_none=True)


class RecipientListSchema(Schema):
    """All of the first link in which somebody is here, by id."""

    items = fields.List(fields.Nested(RecipientSchema))
