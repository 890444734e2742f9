"""What customers say after a demand came in."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from services.intake.domain.changes import ChangeAnswer
from services.intake.domain.satisfaction import Answer, Signature
from services.intake.schemas.demand import QualitySchema, ReportedCustomerSchema, ReportSchema
from services.intake.schemas.fields import Clean, Strict


class SupplementSchema(ReportSchema):
    """POST /api/v1/demands/{number}/supplements: the names of a demand's body."""

    customer = fields.Nested(ReportedCustomerSchema, allow_none=True)


class SupplementedSchema(Schema):
    """What the demand still lacks with this supplement."""

    id = fields.String()
    number = fields.String()
    seq = fields.Integer()
    quality = fields.Nested(QualitySchema)
    status = fields.String()
    version = fields.Integer()


class SignatureSchema(Strict):
    """Who signed; reference: where the scan lies."""

    name = fields.String(required=True, validate=validate.Length(1, 100))
    method = fields.String(required=True, validate=validate.OneOf(["electronic", "scan"]))
    reference = Clean(300)

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> Signature:
        return Signature(**data)


class ConfirmationSchema(Strict):
    """POST /api/v1/demands/{number}/confirmation. satisfaction: the policy's level by code or label."""

    satisfaction = Clean(40)
    stars = fields.Integer(strict=True, allow_none=True, validate=validate.Range(1, 5))
    opinion = Clean(4000)
    signature = fields.Nested(SignatureSchema, allow_none=True)
    cycle = fields.Integer(strict=True, allow_none=True, validate=validate.Range(1, 1000))
    result_sha256 = fields.String(
        allow_none=True, validate=validate.Regexp(r"^[0-9a-f]{64}\Z", error="form: 64 hex digits in lower case")
    )

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> Answer:
        return Answer(**data)


class ConfirmedSchema(Schema):
    """The answer that was kept."""

    number = fields.String()
    cycle = fields.Integer()
    satisfaction = fields.String()
    satisfied = fields.Boolean()
    result_sha256 = fields.String(allow_none=True)
    version = fields.Integer()


class ChangeAnswerSchema(Strict):
    """POST /api/v1/demands/{number}/changes/{change}/confirmation. name: whoever says so for the customer."""

    agrees = fields.Boolean(required=True, truthy={True}, falsy={False})
    name = Clean(100)
    opinion = Clean(1000)

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> ChangeAnswer:
        return ChangeAnswer(**data)


class ChangeAnsweredSchema(Schema):
    """The answer that was kept; nothing is carried out before all have agreed."""

    number = fields.String()
    change = fields.String()
    agrees = fields.Boolean()
    version = fields.Integer()


class WithdrawalSchema(Strict):
    """POST /api/v1/demands/{number}/withdraw."""

    reason = Clean(1000)


class WithdrawnSchema(Schema):
    """When it was taken back; triage closes it."""

    number = fields.String()
    withdrawn_at = fields.String()
    version = fields.Integer()
