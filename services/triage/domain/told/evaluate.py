"""What the departments think of a demand, and how it will be solved."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Evaluate:
    """verdict: feasible, partly, infeasible; alternative: what there is instead; finding: a key of reroute_on.

    feasibility: count -> {verdict: yes, partly, no; note}; resources: {people, hours, budget, lacking}; explanation:
    what the customer is told of an infeasible demand; department: for which one, by somebody who acts for all.
    """

    verdict: str
    text: str
    alternative: str | None = None
    finding: str | None = None
    feasibility: Mapping[str, Mapping[str, Any]] | None = None
    resources: Mapping[str, Any] | None = None
    explanation: str | None = None
    department: str | None = None


@dataclass(frozen=True)
class Plan:
    """How it will be solved and by when; workaround: what helps until then, later_iteration: what comes after it.

    solution, process: the technical solution and the service process; quotation: {amount, currency, note}.
    """

    text: str
    expected_finish: datetime
    workaround: str | None = None
    solution: str | None = None
    process: str | None = None
    quotation: Mapping[str, Any] | None = None
    later_iteration: str | None = None
