"""What triage tells of the weekly meetings of a policy, each on its period's stream."""

from marshmallow import fields, validate

from shared.contracts.shapes import Strict, maybe, moment, number, text


class OfMeeting(Strict):
    """Which meeting: its policy, its code there, its week (2024-W41)."""

    meeting_id, policy, meeting, week = text(), text(), text(), text()


class AgendaItem(Strict):
    """A demand to be talked about, and why."""

    number, lead = text(), text()
    why = fields.List(text(validate=validate.OneOf(["joint", "delayed", "blocked"])), required=True)


class MeetingCalled(OfMeeting):
    """triage: the agenda of a week's meeting. left_off: how many more demands there are than items."""

    items = fields.List(fields.Nested(AgendaItem), required=True)
    left_off, due_at = number(), moment()
    audience = fields.List(text(), required=True)


class Decision(Strict):
    """What was decided about a demand."""

    number, text = text(), text()


class MeetingHeld(OfMeeting):
    """triage: the meeting was held."""

    held_at, by, notes = moment(), text(), maybe()
    decisions = fields.List(fields.Nested(Decision), required=True)


class MeetingMissed(OfMeeting):
    """triage: the week is over and nobody has said that the meeting was held."""

    due_at = moment()


PUBLISHED = {
    "meeting.called": MeetingCalled,
    "meeting.held": MeetingHeld,
    "meeting.missed": MeetingMissed,
}
