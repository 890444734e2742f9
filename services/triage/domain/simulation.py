"""What a draft would have changed about many demands: counted, and the first of them shown. Pure."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from services.triage.domain.simulate import Simulated
from shared.policies.model import Policy

MOST_SHOWN = 500
COUNTED = ("differ", "undecidable", "type", "priority", "lead", "joining", "first_response_by", "clocks", "promises")
"""Demands of which each is so; besides `late`: with a clock that was not late in truth, `in_time`: the reverse."""


@dataclass
class Simulation:
    """What came of it. examined: how many demands; through: receipt of the last one, None where all were examined.

    shown: the first 500 that differ, by receipt; left_off: how many more do.
    """

    policy: Policy
    since: datetime
    until: datetime
    examined: int = 0
    through: datetime | None = None
    counts: Counter[str] = field(default_factory=lambda: Counter(dict.fromkeys((*COUNTED, "late", "in_time"), 0)))
    shown: list[Simulated] = field(default_factory=list)
    left_off: int = 0

    def add(self, found: Simulated) -> None:
        """Count one demand, and show it when it differs and there is room."""
        self.examined += 1
        if not found.differs:
            return
        self.counts.update(_counted(found))
        if len(self.shown) < MOST_SHOWN:
            self.shown.append(found)
        else:
            self.left_off += 1


def _counted(one: Simulated) -> set[str]:
    found = {"differ", *(change.what for change in one.changes)}
    parts = {"undecidable": one.undecidable, "clocks": one.clocks, "promises": one.promises}
    found |= {name for name, rows in parts.items() if rows}
    for clock in one.clocks:
        sides = [None if side is None else side.outcome for side in (clock.before, clock.after)]
        if "late" in sides and sides[0] != sides[1]:
            found.add("late" if sides[1] == "late" else "in_time")
    return found
