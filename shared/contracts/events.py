"""The shape of every event that is published today, strict: tests hold producers to it, docs are made from it.

Consumers do not load these: they read what they use and ignore the rest.
"""

from typing import Any

from marshmallow import RAISE, Schema, fields, validate


class Strict(Schema):
    """Unknown fields are a producer's mistake."""

    class Meta:
        """Settings of marshmallow."""

        unknown = RAISE


def _text(**more: Any) -> fields.String:
    return fields.String(required=True, **more)


def _maybe(**more: Any) -> fields.String:
    return fields.String(required=True, allow_none=True, **more)


def _texts() -> fields.List[Any]:
    return fields.List(fields.String(), required=True)


MOMENT = validate.Regexp(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")


class Pin(Strict):
    """The policy a demand is run by."""

    code, version, sha256 = _text(), _text(), _text(validate=validate.Length(64, 64))


class Customer(Strict):
    """What others may know of a customer."""

    number, masked_name = _text(), _text()
    kind = _text(validate=validate.OneOf(["person", "company"]))
    industry, tier, value, company_name = _maybe(), _maybe(), _maybe(), _maybe()


class Quality(Strict):
    """What the policy finds wanting in a record."""

    vague, missing = _texts(), _texts()


class DemandReceived(Strict):
    """intake: a demand was accepted."""

    demand_id, number = _text(), _text()
    policy = fields.Nested(Pin, required=True)
    channel, channel_kind = _text(), _text()
    received_at, occurred_at = _text(validate=MOMENT), _maybe(validate=MOMENT)
    customer = fields.Nested(Customer, required=True)
    subject, description = _maybe(), fields.String(required=True)
    type, urgency, expected_by, order_number = _maybe(), _maybe(), _maybe(), _maybe()
    product, mood, wishes, related_number = _maybe(), _maybe(), _maybe(), _maybe()
    impact, fields_ = fields.Dict(required=True), fields.Dict(required=True, data_key="fields")
    quality = fields.Nested(Quality, required=True)
    first_response_by = _maybe(validate=MOMENT)
    language = _text(validate=validate.OneOf(["zh", "en"]))
    reachable_by = _texts()
    preferred_channel = _maybe()


class TypeOf(Strict):
    """A demand's type."""

    code, label, category = _text(), _text(), _text()


class PriorityOf(Strict):
    """A demand's priority; rank 1 is the highest."""

    rank = fields.Integer(required=True, strict=True)
    code, label = _text(), _text()


class Route(Strict):
    """Who leads and who joins, as department codes."""

    lead, joining = _text(), _texts()


class Status(Strict):
    """A canonical status with the policy's word for it."""

    category = _text(validate=validate.OneOf(["pending", "in_progress", "waiting", "completed", "closed"]))
    label, resolution = _text(), _maybe()


class Deadline(Strict):
    """One clock of one demand."""

    id, kind, due_at = _text(), _text(), _text(validate=MOMENT)
    cycle = fields.Integer(required=True, strict=True)
    occurrence = fields.Integer(required=True, strict=True)
    provisional = fields.Boolean(required=True)
    approaching_at, met_at, breached_at = (
        _maybe(validate=MOMENT),
        _maybe(validate=MOMENT),
        _maybe(validate=MOMENT),
    )


class DemandTriaged(Strict):
    """triage: the whole first decision."""

    demand_id, number = _text(), _text()
    policy = fields.Nested(Pin, required=True)
    type = fields.Nested(TypeOf, required=True)
    priority = fields.Nested(PriorityOf, required=True)
    route = fields.Nested(Route, required=True)
    status = fields.Nested(Status, required=True)
    deadlines = fields.List(fields.Nested(Deadline), required=True)
    first_response_by = _maybe(validate=MOMENT)


class DemandAccepted(Strict):
    """triage: a department took the demand on."""

    demand_id, number, department = _text(), _text(), _text()
    status = fields.Nested(Status, required=True)
    accepted_at, accepted_by = _text(validate=MOMENT), _text()


class DemandRouted(Strict):
    """triage: a department passed the demand back, and who has it now."""

    demand_id, number, declined_by = _text(), _text(), _text()
    route = fields.Nested(Route, required=True)


class DeadlinesChanged(Strict):
    """triage: the demand's whole current set of deadlines."""

    demand_id, number = _text(), _text()
    deadlines = fields.List(fields.Nested(Deadline), required=True)


class DeadlineBreached(Strict):
    """triage: a deadline passed unmet."""

    demand_id, number, deadline_id, kind = _text(), _text(), _text(), _text()
    due_at, breached_at = _text(validate=MOMENT), _text(validate=MOMENT)


class DepartmentChanged(Strict):
    """triage: a department of the organisation."""

    code, delivery = _text(), _text(validate=validate.OneOf(["workbench", "queue"]))
    name = fields.Dict(required=True)


class StaffChanged(Strict):
    """triage: somebody who works here; no full name, no log-in name."""

    staff_id, masked_name, department = _text(), _text(), _maybe()
    roles, active = _texts(), fields.Boolean(required=True)


class WorkOffered(Strict):
    """triage to a department's queue: a demand to take on."""

    demand_id, number, department, description = _text(), _text(), _text(), fields.String(required=True)
    policy = fields.Nested(Pin, required=True)
    type = fields.Nested(TypeOf, required=True)
    priority = fields.Nested(PriorityOf, required=True)
    customer = fields.Nested(Customer, required=True)
    deadlines = fields.List(fields.Nested(Deadline), required=True)
    offered_at = _text(validate=MOMENT)


class WorkAccepted(Strict):
    """triage to a department: a command was done."""

    number, command_id, verb = _maybe(), _text(), _text()
    status = fields.Nested(Status)


class WorkRefused(Strict):
    """triage to a department: a command was not done, and why (problem details)."""

    number, command_id, verb = _maybe(), _text(), _text()
    problem = fields.Dict(required=True)


class TimerFired(Strict):
    """notifier: a deadline is near, or its moment came."""

    demand_id, deadline_id, kind = _text(), _text(), _text()
    due_at, at = _text(validate=MOMENT), _text(validate=MOMENT)


class NoticeOutcome(Strict):
    """notifier: a notice went out, or could not."""

    notice_id, demand_id, number, kind, carrier, audience = (
        _text(),
        _text(),
        _text(),
        _text(),
        _text(),
        _text(),
    )
    attempt = fields.Integer(required=True, strict=True)
    at, reason = _text(validate=MOMENT), _maybe()


class StreamHead(Strict):
    """The last version of one stream."""

    subject, version = _text(), fields.Integer(required=True, strict=True)


class StreamDigest(Strict):
    """Any source: what it has."""

    streams = fields.List(fields.Nested(StreamHead), required=True)
    since, epoch = _maybe(), fields.Integer(required=True, strict=True)
    complete = fields.Boolean(required=True)


class ResendRequested(Strict):
    """Any consumer: what it lacks."""

    requester, source, subject, since = _text(), _text(), _maybe(), _maybe()
    from_version = fields.Integer(required=True, strict=True)


PUBLISHED: dict[str, type[Schema]] = {
    "demand.received": DemandReceived,
    "customer.changed": Customer,
    "demand.triaged": DemandTriaged,
    "demand.accepted": DemandAccepted,
    "demand.routed": DemandRouted,
    "deadlines.changed": DeadlinesChanged,
    "deadline.breached": DeadlineBreached,
    "department.changed": DepartmentChanged,
    "staff.changed": StaffChanged,
    "work.offered": WorkOffered,
    "work.accepted": WorkAccepted,
    "work.refused": WorkRefused,
    "timer.approaching": TimerFired,
    "timer.reached": TimerFired,
    "notice.sent": NoticeOutcome,
    "notice.failed": NoticeOutcome,
    "stream.digest": StreamDigest,
    "stream.resend-requested": ResendRequested,
}


def check(kind: str, data: dict[str, Any]) -> dict[str, list[str]]:
    """What is wrong with an event's data, by field; empty when it is as promised. KeyError for an unknown kind."""
    errors: dict[str, list[str]] = PUBLISHED[kind]().validate(data)
    return errors
