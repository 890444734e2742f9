"""Parts that events share. Strict: tests hold producers to these shapes, consumers do not load them."""

from typing import Any

from marshmallow import RAISE, Schema, fields, validate

DAY = validate.Regexp(r"^\d{4}-\d\d-\d\d$")
MOMENT = validate.Regexp(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")


class Strict(Schema):
    """Unknown fields are a producer's mistake."""

    class Meta:
        """Settings of marshmallow."""

        unknown = RAISE


def text(**more: Any) -> fields.String:
    """A text that is always there."""
    return fields.String(required=True, **more)


def maybe(**more: Any) -> fields.String:
    """A text or null; the key is always there."""
    return fields.String(required=True, allow_none=True, **more)


def texts() -> fields.List[Any]:
    """A list of texts."""
    return fields.List(fields.String(), required=True)


def moment() -> fields.String:
    """A moment in RFC 3339, UTC."""
    return text(validate=MOMENT)


def maybe_moment() -> fields.String:
    """A moment or null."""
    return maybe(validate=MOMENT)


def number() -> fields.Integer:
    """A whole number."""
    return fields.Integer(required=True, strict=True)


class OfDemand(Strict):
    """What every event of a demand says."""

    demand_id, number = text(), text()


class Pin(Strict):
    """The policy a demand is run by."""

    code, version, sha256 = text(), text(), text(validate=validate.Length(64, 64))


class Customer(Strict):
    """What others may know of a customer."""

    number, masked_name = text(), text()
    kind = text(validate=validate.OneOf(["person", "company"]))
    industry, tier, value, company_name = maybe(), maybe(), maybe(), maybe()


class CustomerFacts(Customer):
    """The same as intake tells it.

    source: how the customer found us; preferred_channel: phone, email or im; merged_into: the number of the customer
    that goes on for this one. All three are absent in what was told before they were known.
    """

    source = fields.String(allow_none=True)
    preferred_channel = fields.String(allow_none=True, validate=validate.OneOf(["phone", "email", "im"]))
    merged_into = fields.String(allow_none=True)


class Quality(Strict):
    """What the policy finds wanting in a record."""

    vague, missing = texts(), texts()


class TypeOf(Strict):
    """A demand's type."""

    code, label, category = text(), text(), text()


class PriorityOf(Strict):
    """A demand's priority; rank 1 is the highest."""

    rank = number()
    code, label = text(), text()


class Route(Strict):
    """Who leads and who joins, as department codes."""

    lead, joining = text(), texts()


class Status(Strict):
    """The policy's status with its canonical category."""

    code, label, resolution = text(), text(), maybe()
    category = text(validate=validate.OneOf(["pending", "in_progress", "waiting", "completed", "closed"]))


class Handler(Strict):
    """Who handles it: staff_id is null for somebody of a department that owns its tools."""

    staff_id, masked_name = maybe(), text()


class Deadline(Strict):
    """One clock of one demand; paused_at: it stands still since then."""

    id, code, kind, due_at = text(), text(), text(), moment()
    cycle, occurrence = number(), number()
    provisional = fields.Boolean(required=True)
    approaching_at, met_at, breached_at, paused_at = maybe_moment(), maybe_moment(), maybe_moment(), maybe_moment()


class OfCase(OfDemand):
    """What every step of handling says besides: the status it leads to, and who did it."""

    status = fields.Nested(Status, required=True)
    by = text()


class TaskOf(Strict):
    """A task of a plan as it stands: owner masked, starts_on and ends_on as days, depends_on: ids of other tasks."""

    id, title, owner, department, delivery_standard = text(), text(), text(), text(), text()
    starts_on, ends_on = text(validate=DAY), text(validate=DAY)
    depends_on = texts()
    state = text(validate=validate.OneOf(["open", "in_progress", "done"]))
    percent = number()
    dispatched_at = moment()
