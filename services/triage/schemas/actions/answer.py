"""Taking a demand on, or passing it back."""

from collections.abc import Mapping

from services.triage.domain.told import answer as told
from services.triage.schemas.actions.parts import Action, Prose


class AcceptSchema(Action):
    """Take a demand on."""

    makes = told.Accept


class DeclineSchema(Action):
    """Pass a demand back."""

    makes = told.Decline
    reason = Prose(500, allow_none=True)


SCHEMAS: Mapping[str, type[Action]] = {
    "accept": AcceptSchema,
    "decline": DeclineSchema,
}
