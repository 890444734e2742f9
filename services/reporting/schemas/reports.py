"""Reports as they are asked for and shown."""

from marshmallow import RAISE, Schema, fields, validate


class MakeSchema(Schema):
    """code: of the policy's report, else its first; period: 2024-W41, 2024-10, 2024Q4, else the one that ended last."""

    class Meta:
        """Unknown fields are refused."""

        unknown = RAISE

    policy = fields.String(required=True, validate=validate.Length(1, 20))
    code = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 60))
    period = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 10))


class FormatQuerySchema(Schema):
    """?format=json|xlsx|docx."""

    format = fields.String(load_default="json", validate=validate.OneOf(["json", "xlsx", "docx"]))


class ReportHeadSchema(Schema):
    """edition: final, or when one of a running period was made; figures_sha256: of content, keys sorted."""

    id = fields.String()
    policy = fields.String()
    policy_version = fields.String()
    code = fields.String()
    title = fields.Dict()
    period = fields.String()
    edition = fields.String()
    issued_at = fields.String()
    figures_sha256 = fields.String()


class ReportSchema(ReportHeadSchema):
    """With its content as it stood: title, period, figures with definitions and demand numbers."""

    content = fields.Dict()


class ReportListSchema(Schema):
    """Reports, the newest first."""

    items = fields.List(fields.Nested(ReportHeadSchema))
