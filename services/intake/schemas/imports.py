"""Imports of historic rows: the body, one row, and what became of them."""

from datetime import UTC, datetime
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates

from services.intake.domain.contact import Contact
from services.intake.domain.formats import is_day
from services.intake.domain.historic import Historic
from services.intake.domain.report import Report, ReportedCustomer
from services.intake.schemas.demand import EARLIEST, NUMBER, PinSchema
from services.intake.schemas.fields import Clean, Strict

_SAID = ("status", "owner", "limit", "result", "satisfaction", "priority", "channel", "note")


class HistoricCustomerSchema(Strict):
    """Whose row it is. masked_contact: as written, such as 尾号5678; sealed, links nobody and reaches nobody."""

    name = Clean(100)
    company = Clean(150)
    number = fields.String(allow_none=True, validate=NUMBER)
    masked_contact = Clean(100)


class HistoricRowSchema(Strict):
    """One row, in the policy's words. row: the number it is told by; owner: leaves only masked; limit: YYYY-MM-DD."""

    row = fields.Integer(strict=True, allow_none=True, validate=validate.Range(1, 10**9))
    occurred_at = fields.AwareDateTime(required=True, format="iso")
    channel = Clean(60)
    customer = fields.Nested(HistoricCustomerSchema, allow_none=True)
    subject = Clean(200)
    description = Clean(20_000, required=True)
    type = Clean(60)
    priority = Clean(60)
    status = Clean(60, required=True)
    owner = Clean(100)
    limit = fields.String(allow_none=True)
    result = Clean(4000)
    satisfaction = Clean(60)
    note = Clean(4000)
    related_number = fields.String(allow_none=True, validate=NUMBER)

    @validates("occurred_at")
    def _occurred_at(self, value: datetime, **_: Any) -> None:
        if value.year < EARLIEST:
            raise ValidationError(f"range: A year from {EARLIEST} on")

    @validates("description", "status")
    def _needed(self, value: str | None, **_: Any) -> None:
        if value is None:
            raise ValidationError("required: A row says this")

    @validates("limit")
    def _limit(self, value: str | None, **_: Any) -> None:
        if value is not None and not is_day(value):
            raise ValidationError("date: YYYY-MM-DD")

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> Report:
        told = data.get("customer") or {}
        customer = ReportedCustomer(
            number=told.get("number"), contact=Contact(name=told.get("name")), company=told.get("company")
        )
        said: dict[str, Any] = {name: data.get(name) for name in _SAID}
        return Report(
            occurred_at=data["occurred_at"].astimezone(UTC),
            customer=customer,
            subject=data.get("subject"),
            description=data["description"],
            type=data.get("type"),
            related_number=data.get("related_number"),
            historic=Historic(**said, masked_contact=told.get("masked_contact")),
        )


class ImportSchema(Strict):
    """POST /api/v1/imports. rows: each as HistoricRowSchema says, checked and refused for itself.

    channel: one of the installation's that the rows came in by; without it they stand under `import`.
    """

    policy = fields.String(required=True, validate=validate.Length(1, 20))
    channel = fields.String(allow_none=True, validate=validate.Length(1, 40))
    rows = fields.List(fields.Raw(allow_none=True), required=True, validate=validate.Length(min=1))


class ImportQuerySchema(Schema):
    """?dry_run=true: say what would become of the rows and keep nothing."""

    dry_run = fields.Boolean(load_default=False)


class OutcomeSchema(Schema):
    """What became of one row: accepted with its demand's number, known from before, or refused with the problem."""

    row = fields.Integer()
    outcome = fields.String(validate=validate.OneOf(["accepted", "refused", "known"]))
    number = fields.String()
    problem = fields.Dict()


class ImportAnswerSchema(Schema):
    """An import with the outcome of every row, in order; id null: it was a rehearsal."""

    id = fields.String(allow_none=True)
    policy = fields.Nested(PinSchema)
    channel = fields.String()
    at = fields.String()
    accepted = fields.Integer()
    known = fields.Integer()
    refused = fields.Integer()
    rows = fields.List(fields.Nested(OutcomeSchema))
