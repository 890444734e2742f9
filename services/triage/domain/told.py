"""What somebody says with an action: one frozen value each. Texts are clean and redacted, moments aware UTC."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Accept:
    """The department works on it from now on."""


@dataclass(frozen=True)
class Decline:
    """The department passes it back."""

    reason: str | None = None


@dataclass(frozen=True)
class Classify:
    """The type, by the policy's code."""

    type: str
    reason: str | None = None


@dataclass(frozen=True)
class ConfirmPriority:
    """priority None: as proposed; another one needs a reason. handler: a log-in name, in the same step."""

    priority: str | None = None
    reason: str | None = None
    handler: str | None = None


@dataclass(frozen=True)
class Assign:
    """Who handles it: a log-in name here, or the name of somebody of a department that owns its tools."""

    handler: str | None = None
    handler_name: str | None = None
    joining: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Transfer:
    """Another department leads from now on."""

    department: str
    reason: str


@dataclass(frozen=True)
class RequestSupplement:
    """What the customer is asked for: names of facts, and words."""

    missing: tuple[str, ...] = ()
    text: str | None = None


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


@dataclass(frozen=True)
class Progress:
    """A note of progress."""

    text: str


@dataclass(frozen=True)
class Delay:
    """The date will not be kept. reason: a code of the policy; told_at, channel: when and how the customer was told."""

    reason: str
    expected_finish: datetime
    note: str | None = None
    told_at: datetime | None = None
    channel: str | None = None


@dataclass(frozen=True)
class Told:
    """Something was told to the customer; promised_for: a date named to them; fulfils: the promise this keeps."""

    text: str
    channel: str
    promised_for: datetime | None = None
    fulfils: int | None = None


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


Said = (
    Accept
    | Decline
    | Classify
    | ConfirmPriority
    | Assign
    | Transfer
    | RequestSupplement
    | Evaluate
    | Plan
    | Progress
    | Delay
    | Told
    | Complete
    | Close
)
