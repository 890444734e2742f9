"""The work on a demand: what is noted of it."""

from collections.abc import Mapping

from services.triage import events
from services.triage.domain.told.execute import Progress
from services.triage.usecases.case_file import CaseFile, Step
from shared.policies.parts import Status


def note_progress(file: CaseFile, said: Progress, status: Status) -> None:
    """A free note of progress beside the status."""
    file.tell("demand.progressed", {"text": said.text, "at": events.moment(file.now)}, status=status)


ACTIONS: Mapping[str, Step] = {
    "progress": note_progress,
}
