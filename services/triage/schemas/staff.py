"""People who work here, and their absences."""

from typing import Any

from marshmallow import RAISE, Schema, fields, post_load, validate

from services.triage.domain.absence import Absence
from services.triage.domain.login import ROLES
from services.triage.schemas.actions.parts import Moment

_PERSON = validate.Length(1, 80)


class StaffListQuerySchema(Schema):
    """?department=&cursor=&limit=."""

    department = fields.String(validate=validate.Length(1, 40))
    cursor = fields.String()
    limit = fields.String()


class StaffSchema(Schema):
    """Somebody as an operator wants it. email, policy_roles: as before when they do not come; email "": none."""

    class Meta:
        """Unknown fields are refused."""

        unknown = RAISE

    name = fields.String(required=True, validate=validate.Length(1, 100))
    roles = fields.List(fields.String(validate=validate.OneOf(ROLES)), required=True)
    department = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 40))
    email = fields.String(load_default=None, allow_none=True, validate=validate.Length(0, 254))
    policy_roles = fields.List(
        fields.String(validate=validate.Length(1, 80)), load_default=None, allow_none=True,
        metadata={"description": "Such as A.committee."},
    )  # fmt: skip
    disabled = fields.Boolean(load_default=False)
    new_password = fields.Boolean(load_default=False)

    @post_load
    def _tuples(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {name: tuple(value) if isinstance(value, list) else value for name, value in data.items()}


class AbsenceSchema(Schema):
    """From a moment (none: now) until another; deputy: the id or log-in name of who stands in."""

    class Meta:
        """Unknown fields are refused; `from` is a word of Python."""

        unknown = RAISE
        include: Any = {"from": Moment(attribute="begins", load_default=None, allow_none=True)}

    until = Moment(required=True, attribute="ends")
    deputy = fields.String(load_default=None, allow_none=True, validate=_PERSON)

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> Absence:
        return Absence(**data)


class AwaySchema(Schema):
    """An absence as it is shown; deputy: a staff id."""

    class Meta:
        """`from` is a word of Python."""

        include: Any = {"from": fields.String()}

    until = fields.String()
    deputy = fields.String(allow_none=True)


class AbsenceAnswerSchema(Schema):
    """absence null: the person is here; open_demands: how many the person handles that are not completed."""

    staff_id = fields.String()
    absence = fields.Nested(AwaySchema, allow_none=True)
    open_demands = fields.Integer()


class StaffShownSchema(Schema):
    """Somebody who works here, or did."""

    id, login, name = fields.String(), fields.String(), fields.String()
    roles, policy_roles = fields.List(fields.String()), fields.List(fields.String())
    department, email = fields.String(allow_none=True), fields.String(allow_none=True)
    disabled = fields.Boolean()
    absence = fields.Nested(AwaySchema, allow_none=True)


class StaffNameSchema(Schema):
    """What somebody is called, and the department."""

    id, name, department = fields.String(), fields.String(), fields.String(allow_none=True)


class StaffAnswerSchema(StaffShownSchema):
    """password: shown only now, null when the former one stays."""

    password = fields.String(allow_none=True)


class StaffListSchema(Schema):
    """A page; the next one is in the Link header."""

    items = fields.List(fields.Nested(StaffShownSchema))
