"""What the departments think of a demand, and how it will be solved."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Evaluate:
    """verdict: feasible, partly, infeasible; alternative: what there is instead; finding: a key of reroute_on."""

    verdict: str
    text: str
    alternative: str | None = None
    finding: str | None = None


@dataclass(frozen=True)
class Plan:
    """How it will be solved and by when; workaround: what helps until then."""

    text: str
    expected_finish: datetime
    workaround: str | None = None
