"""What triage tells of demands that belong together, of those that are none, and of facts put right."""

from marshmallow import fields, validate

from shared.contracts.shapes import OfCase, Strict, maybe, moment, text

RELATION = validate.OneOf(["related", "follow_up", "duplicate", "caused_by", "split_from", "merged_into"])
DIRECTION = validate.OneOf(["to", "from"])
REJECTION = validate.OneOf(["wrong_person", "spam", "not_a_demand"])


class Other(Strict):
    """The other demand."""

    demand_id, number = text(), text()


class Part(Strict):
    """What is to become a demand of its own; key: its name within the event; type: a code of the policy."""

    key, subject, description, type = text(), maybe(), text(), maybe()


class DemandMerged(OfCase):
    """triage: it is the same as another demand, which goes on for both; customers' answers go there."""

    into = fields.Nested(Other, required=True)
    reason, at = maybe(), moment()


class DemandUnmerged(OfCase):
    """triage: it is not the same after all, and is handled on from where it stood; into: where it had been merged."""

    into = fields.Nested(Other, required=True)
    reason, at = text(), moment()


class DemandLinked(OfCase):
    """triage: how it stands to another demand. direction to: this one is it of the other; from: the other of this one.

    ended: it is so no longer.
    """

    relation, direction = text(validate=RELATION), text(validate=DIRECTION)
    other = fields.Nested(Other, required=True)
    note, at = maybe(), moment()
    ended = fields.Boolean(required=True)


class DemandSplit(OfCase):
    """triage to intake: each part is to become a demand; the one that is split goes on."""

    parts = fields.List(fields.Nested(Part), required=True, validate=validate.Length(2, 10))
    reason, at = text(), moment()


class DemandFollowedUp(OfCase):
    """triage to intake: what came after the end is to become a demand of its own."""

    parts = fields.List(fields.Nested(Part), required=True, validate=validate.Length(1, 1))
    at = moment()


class DemandRejected(OfCase):
    """triage: it is no demand to us, and closed."""

    kind, reason, at = text(validate=REJECTION), text(), moment()


class DemandCorrected(OfCase):
    """triage: a fact was wrong; before and after: its values, null for none. Texts are redacted."""

    fact, reason, at = text(), text(), moment()
    before, after = fields.Raw(required=True, allow_none=True), fields.Raw(required=True, allow_none=True)


PUBLISHED = {
    "demand.merged": DemandMerged,
    "demand.unmerged": DemandUnmerged,
    "demand.linked": DemandLinked,
    "demand.split": DemandSplit,
    "demand.followed-up": DemandFollowedUp,
    "demand.rejected": DemandRejected,
    "demand.corrected": DemandCorrected,
}
