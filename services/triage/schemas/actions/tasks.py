"""A plan split into tasks, and how they go."""

from collections.abc import Mapping
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, post_load, validate, validates_schema

from services.triage.domain.told import tasks as told
from services.triage.schemas.actions.parts import DEPARTMENT, Action, Prose

TASK = validate.Regexp(r"^[A-Za-z][A-Za-z0-9-]{0,9}\Z", error="task: A letter, then up to 9 letters, digits, hyphens")
_NAME = validate.Length(1, 100)


class WantedTaskSchema(Schema):
    """A task as it is to be."""

    class Meta:
        """Unknown fields are refused."""

        unknown = RAISE

    id = fields.String(allow_none=True, validate=TASK)
    title = Prose(200, required=True)
    owner = fields.String(allow_none=True, validate=_NAME)
    owner_login = fields.String(allow_none=True, validate=validate.Length(1, 80))
    department = fields.String(allow_none=True, validate=DEPARTMENT)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)
    delivery_standard = Prose(1000, required=True)
    depends_on = fields.List(fields.String(validate=TASK), validate=validate.Length(max=20))

    @validates_schema
    def _one_owner(self, data: Mapping[str, Any], **_: Any) -> None:
        if bool(data.get("owner")) == bool(data.get("owner_login")):
            raise ValidationError("owner: Either a name or a log-in name", "owner")

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> told.WantedTask:
        return told.WantedTask(**{**data, "depends_on": tuple(data.get("depends_on", ()))})


class TasksSchema(Action):
    """Split the plan into tasks, or change some."""

    makes = told.Tasks
    tasks = fields.List(fields.Nested(WantedTaskSchema), required=True, validate=validate.Length(1, 50))


class TaskProgressSchema(Action):
    """How one task goes."""

    makes = told.TaskProgress
    path = "tasks/<string:task>/progress"
    about = "task"
    state = fields.String(required=True, validate=validate.OneOf(["open", "in_progress", "done"]))
    percent = fields.Integer(strict=True, allow_none=True, validate=validate.Range(0, 100))
    text = Prose(allow_none=True)


SCHEMAS: Mapping[str, type[Action]] = {
    "tasks": TasksSchema,
    "task-progress": TaskProgressSchema,
}
