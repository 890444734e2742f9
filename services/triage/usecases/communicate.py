"""Note a communication with the customer that intake recorded."""

from collections.abc import Mapping
from typing import Any

from services.triage.domain.communications import answered_at, mood_now
from services.triage.store import heard
from services.triage.usecases.case_file import CaseFile

KIND = "demand.communicated"


def note_communication(file: CaseFile, data: Mapping[str, Any]) -> None:
    """An answer with substance meets its clocks, in time when it was given in time; the facts follow the mood."""
    at = answered_at(file.case, data)
    if at is not None:
        file.happened(KIND, at=at)
    mood = mood_now(heard.data_of(file.session, file.case.id, KIND)) if data["mood"] else None
    if mood is not None and mood != file.case.facts.get("mood"):
        file.change(facts={**file.case.facts, "mood": mood})
        file.retime()
