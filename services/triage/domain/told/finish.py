"""The result of a demand, and its end."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Remedy:
    """What a complainant was offered (ISO 10002), and whether they took it; accepted None: not said yet."""

    offered: str
    accepted: bool | None = None


@dataclass(frozen=True)
class Complete:
    """The result in three parts, each as it was handed over where nothing else is said; left_over: problems that stay.

    remedy, recourse: of a complaint what was offered, and where the customer may turn who does not agree.
    """

    conclusion: str | None = None
    next_step: str | None = None
    notes: str | None = None
    expectation_met: bool | None = None
    left_over: str | None = None
    remedy: Remedy | None = None
    recourse: str | None = None


@dataclass(frozen=True)
class HandOver(Complete):
    """What the executing department hands to whoever tells the customer."""

    deliverables: tuple[str, ...] = ()
    report: str | None = None


@dataclass(frozen=True)
class Close:
    """measure: how it will be better, where the customer was not satisfied; resolution: infeasible, or None: done.

    recourse: where the customer may turn whose complaint is closed though it did not satisfy.
    """

    resolution: str | None = None
    measure: str | None = None
    reason: str | None = None
    recourse: str | None = None
