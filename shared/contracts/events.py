"""The shape of every event that is published today, strict: tests hold producers to it, docs are made from it.

Consumers do not load these: they read what they use and ignore the rest.
"""

from functools import cache
from typing import Any

from marshmallow import Schema, fields

from shared.contracts import from_intake, from_reporting, from_triage
from shared.contracts.shapes import OfDemand, Strict, maybe, moment, number, text


class TimerFired(Strict):
    """notifier: a deadline is near, or its moment came."""

    demand_id, deadline_id, kind = text(), text(), text()
    due_at, at = moment(), moment()


class NoticeOutcome(OfDemand):
    """notifier: a notice went out, or could not."""

    notice_id, kind, carrier, audience = text(), text(), text(), text()
    attempt, at, reason = number(), moment(), maybe()


class StreamHead(Strict):
    """The last version of one stream."""

    subject, version = text(), number()


class StreamDigest(Strict):
    """Any source: what it has."""

    streams = fields.List(fields.Nested(StreamHead), required=True)
    since, epoch = maybe(), number()
    complete = fields.Boolean(required=True)


class ResendRequested(Strict):
    """Any consumer: what it lacks."""

    requester, source, subject, since = text(), text(), maybe(), maybe()
    from_version = number()


PUBLISHED: dict[str, type[Schema]] = {
    **from_intake.PUBLISHED,
    **from_triage.PUBLISHED,
    **from_reporting.PUBLISHED,
    "timer.approaching": TimerFired,
    "timer.reached": TimerFired,
    "notice.sent": NoticeOutcome,
    "notice.failed": NoticeOutcome,
    "stream.digest": StreamDigest,
    "stream.resend-requested": ResendRequested,
}


def check(kind: str, data: dict[str, Any]) -> dict[str, list[str]]:
    """What is wrong with an event's data, by field; empty when it is as promised. KeyError for an unknown kind."""
    errors: dict[str, list[str]] = _schema(kind).validate(data)
    return errors


@cache
def _schema(kind: str) -> Schema:
    return PUBLISHED[kind]()
