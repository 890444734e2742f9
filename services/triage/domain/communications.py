"""What a communication means for a case: which clocks an answer meets, and in which mood the customer is. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from services.triage.domain.records import CaseRow


def answered_at(case: CaseRow, said: Mapping[str, Any]) -> datetime | None:
    """When the customer got an answer with substance by this communication; None when it was none.

    It counts from when it was given, however late it is recorded. What was answered before the demand was registered
    counts from the registration; what was answered before the present cycle began answers nothing of it.
    """
    if not (said["answered"] and said["direction"] == "outbound"):
        return None
    at = datetime.fromisoformat(said["occurred_at"])
    if case.cycle == 1:
        return max(at, case.received_at)
    began = case.moments.get("received")
    return None if began is None or at < datetime.fromisoformat(began) else at


def mood_now(told: Iterable[Mapping[str, Any]]) -> str | None:
    """The mood in the latest of the communications that say one; None when none does.

    told: every version of each; of one communication the latest version counts.
    """
    standing = {said["communication_id"]: said for said in sorted(told, key=lambda said: int(said["version"]))}
    moods = [(datetime.fromisoformat(said["occurred_at"]), said["mood"]) for said in standing.values() if said["mood"]]
    return max(moods, key=lambda one: one[0])[1] if moods else None
