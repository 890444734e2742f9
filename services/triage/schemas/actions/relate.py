"""What demands have to do with one another."""

from collections.abc import Mapping
from typing import Any

from marshmallow import RAISE, Schema, fields, post_load, validate

from services.triage.domain.told import relate as told
from services.triage.schemas.actions.parts import CODE, NUMBER, Action, Prose


class MergeSchema(Action):
    """Close it as the same as another demand, which goes on for both."""

    makes = told.Merge
    commanded = False
    into = fields.String(required=True, validate=NUMBER)
    reason = Prose(500, allow_none=True)


class UnmergeSchema(Action):
    """Take a merge back: it is handled on from where it stood."""

    makes = told.Unmerge
    commanded = False
    reason = Prose(500, required=True)


class LinkSchema(Action):
    """Say what it has to do with another demand."""

    makes = told.Link
    commanded = False
    to = fields.String(required=True, validate=NUMBER)
    relation = fields.String(required=True, validate=validate.OneOf(["related", "follow_up", "duplicate", "caused_by"]))
    note = Prose(500, allow_none=True)


class PartSchema(Schema):
    """What is to become a demand of its own."""

    class Meta:
        """Unknown fields are refused."""

        unknown = RAISE

    description = Prose(required=True)
    subject = Prose(200, allow_none=True)
    type = fields.String(allow_none=True, validate=CODE)

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> told.PartOf:
        return told.PartOf(**data)


class SplitSchema(Action):
    """Make each part a demand of its own; this one goes on and holds them together."""

    makes = told.Split
    commanded = False
    parts = fields.List(fields.Nested(PartSchema), required=True, validate=validate.Length(2, 10))
    reason = Prose(500, required=True)


class FollowUpSchema(Action):
    """Make what came after the end a demand of its own."""

    makes = told.FollowUp
    commanded = False
    description = Prose(required=True)
    subject = Prose(200, allow_none=True)
    type = fields.String(allow_none=True, validate=CODE)


SCHEMAS: Mapping[str, type[Action]] = {
    "merge": MergeSchema,
    "unmerge": UnmergeSchema,
    "link": LinkSchema,
    "split": SplitSchema,
    "follow-up": FollowUpSchema,
}
