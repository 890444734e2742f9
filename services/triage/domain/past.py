"""What is known of a demand's past: its case as it stands, and all that happened to it, in order. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.triage.domain.records import CaseRow, DeadlineRow, PromiseRow

STARTED: Mapping[str, Mapping[str, str | None]] = {
    "demand.triaged": {"offered": None},
    "demand.transferred": {"offered": None},
    "demand.routed": {"offered": None},
    "supplement.requested": {"supplement_requested": None},
    "demand.assigned": {"handler_assigned": None},
    "demand.evaluated": {"evaluated": None},
    "resources.lacking": {"resources_lacking": None},
    "demand.planned": {"planned": None, "expected_finish": "expected_finish"},
    "demand.blocked": {"blocked": "occurred_at"},
    "change.requested": {"change_requested": None},
    "demand.delayed": {"expected_finish": "expected_finish"},
    "promise.made": {"told": None, "promised": "promised_for"},
    "demand.handed_over": {"handed_over": None},
    "demand.completed": {"completed": None},
    "demand.closed": {"closed": None},
    "demand.rejected": {"closed": None},
    "cycle.started": {"received": None},
}
"""Event -> the moments that it brings, each with the key of its data that names the date; None: when it happened."""


@dataclass(frozen=True)
class Told:
    """An event of the demand's stream, or one of intake's that triage heard, without source and version."""

    event: str
    at: datetime
    data: Mapping[str, Any]

    @property
    def moments(self) -> dict[str, datetime]:
        """The moments that clocks may start at which this event brings."""
        found = {}
        for name, key in STARTED.get(self.event, {}).items():
            text = None if key is None else self.data.get(key)
            if key is None or text is not None:
                found[name] = self.at if text is None else datetime.fromisoformat(text)
        return found


@dataclass(frozen=True)
class Past:
    """A demand of now (never one that was imported as history) with its deadlines, its promises and its events."""

    case: CaseRow
    deadlines: Sequence[DeadlineRow]
    promises: Sequence[PromiseRow]
    told: Sequence[Told]

    @property
    def first(self) -> Mapping[str, Any]:
        """The first decision, as demand.triaged told it."""
        return next(one.data for one in self.told if one.event == "demand.triaged")

    @property
    def declared(self) -> str | None:
        """The type that the customer or the channel declared; None: nobody did."""
        reasons = self.case.reasons
        if "declared" not in reasons:  # decided by a release that did not keep it
            return self.case.type_code if reasons["type"] == ["declared"] else None
        return None if reasons["declared"] is None else str(reasons["declared"])

    @property
    def by_people(self) -> list[str]:
        """The types that people set, in order."""
        said = (one.data for one in self.told if one.event == "demand.classified")
        return [str(data["type"]["code"]) for data in said if data.get("by") != "customer"]

    @property
    def confirmed(self) -> str | None:
        """The type that somebody stands for: as a person set it last, else as it was declared."""
        return self.by_people[-1] if self.by_people else self.declared
