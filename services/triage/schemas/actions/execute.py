"""The work on a demand."""

from collections.abc import Mapping

from services.triage.domain.told import execute as told
from services.triage.schemas.actions.parts import Action, Prose


class ProgressSchema(Action):
    """A note of progress."""

    makes = told.Progress
    text = Prose(required=True)


SCHEMAS: Mapping[str, type[Action]] = {
    "progress": ProgressSchema,
}
