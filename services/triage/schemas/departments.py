"""Departments of the organisation."""

from marshmallow import RAISE, Schema, fields, validate

_NAME = validate.Length(1, 100)


class DepartmentQuerySchema(Schema):
    """?cursor=&limit=."""

    cursor = fields.String()
    limit = fields.String()


class DepartmentSchema(Schema):
    """What a department is called."""

    class Meta:
        """Unknown fields are refused."""

        unknown = RAISE

    name_zh = fields.String(required=True, validate=_NAME)
    name_en = fields.String(required=True, validate=_NAME)


class DepartmentShownSchema(Schema):
    """A department; delivery: how it gets its work."""

    code, name_zh, name_en = fields.String(), fields.String(), fields.String()
    delivery = fields.String(validate=validate.OneOf(["queue", "workbench"]))


class DepartmentListSchema(Schema):
    """A page; the next one is in the Link header."""

    items = fields.List(fields.Nested(DepartmentShownSchema))
