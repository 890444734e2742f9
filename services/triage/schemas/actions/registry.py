"""Every action's schema by its name; the commands of departments are made of the same ones."""

from collections.abc import Mapping

from marshmallow import Schema, fields

from services.triage.schemas.actions import (
    answer,
    block,
    change,
    customer,
    evaluate,
    execute,
    finish,
    mend,
    postpone,
    relate,
    sort,
    tasks,
)
from services.triage.schemas.actions.parts import NUMBER, Action

SCHEMAS: Mapping[str, type[Action]] = {
    **answer.SCHEMAS,
    **sort.SCHEMAS,
    **customer.SCHEMAS,
    **evaluate.SCHEMAS,
    **tasks.SCHEMAS,
    **execute.SCHEMAS,
    **block.SCHEMAS,
    **postpone.SCHEMAS,
    **change.SCHEMAS,
    **finish.SCHEMAS,
    **relate.SCHEMAS,
    **mend.SCHEMAS,
}
"""Name of the action -> what comes with it."""

COMMANDS = frozenset(verb for verb, schema in SCHEMAS.items() if schema.commanded)
"""What departments that own their tools may command; the rest is done by people here."""


def command_schema(verb: str) -> Schema:
    """The schema of a command's body: the action's, with the number of the demand and what of it is meant."""
    action = SCHEMAS[verb]
    about = {"demand": fields.String(required=True, validate=NUMBER)}
    if action.about is not None:
        about[action.about] = fields.String(required=True, validate=NUMBER)
    made = type(f"{action.__name__}Command", (action,), about)
    schema: Schema = made()
    return schema
