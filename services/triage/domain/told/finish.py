"""The result of a demand, and its end."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Complete:
    """The result in three parts; left_over: problems that stay."""

    conclusion: str
    next_step: str | None = None
    notes: str | None = None
    expectation_met: bool | None = None
    left_over: str | None = None


@dataclass(frozen=True)
class Close:
    """measure: how it will be better, where the customer was not satisfied; resolution: infeasible, or None: done."""

    resolution: str | None = None
    measure: str | None = None
    reason: str | None = None
