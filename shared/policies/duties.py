"""Parts of a policy that say what is owed: clocks, promises, notices, feedback, archive, retention, reports.

Pure data, written as in parts.py. Spans of time are specs: `4h` elapsed hours, `4wh` working hours, `3wd` working
days, `7d` calendar days; a leading `-` counts back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from shared.policies.parts import Choice, Condition, Text

STARTS = frozenset(
    """
    received undecided offered wished found_incomplete supplement_requested handler_assigned evaluated resources_lacking
    planned blocked change_requested expected_by expected_finish promised handed_over completed told closed
    """.split()
)
"""Moments that a clock may start at; expected_by, expected_finish and promised are dates that somebody named."""

MET_BY = frozenset(
    """
    demand.accepted demand.classified demand.prioritised demand.assigned demand.transferred supplement.requested
    demand.routed demand.supplemented demand.evaluated demand.planned demand.progressed demand.blocked demand.unblocked
    demand.delayed demand.communicated task.changed change.requested change.decided promise.made promise.kept
    demand.handed_over demand.completed demand.confirmed demand.disputed demand.closed demand.locked change.approved
    change.confirmed change.declined
    """.split()
)
"""What may meet a clock, or begin and end its pauses."""

NOTIFIED = MET_BY | frozenset(
    """
    demand.received resources.lacking demand.rejected demand.merged timer.approaching timer.reached deadline.breached
    """.split()
)
"""What a notice may be sent on. Notices of timers and breaches go to those of their audience whom the clock names.

timer.reached is told of reminders only: every other clock is told by deadline.breached.
"""

REJECTIONS = frozenset(["wrong_person", "spam", "not_a_demand"])
"""Why a demand is none: meant for somebody else, spam, nothing is asked for."""

ClockKind = Literal[
    "first_response", "wish", "acceptance", "stage", "sorting", "supplement", "evaluation", "arrangement", "plan",
    "resolution", "progress", "blocker", "feedback", "promise", "reminder", "no_answer", "grace",
]  # fmt: skip
"""What a clock is about. `reminder` only reminds, it is never breached; `no_answer` closes a demand when it rings.

When `acceptance` passes, the demand goes back to the policy's desk; `wish` runs only where it is earlier than the
policy's own first response. `grace`, from closing on: until it rings the customer may dispute and staff may correct;
then the demand is locked.
"""

PLACEHOLDERS = frozenset("number due name reason before missing result clock".split())
"""What a notice's text may hold; the receipt knows only the first three. `clock`: the label of the clock concerned."""

Section = Literal[
    "count", "types", "top_problems", "industries", "average_handling_time", "on_time_rate", "satisfaction",
    "common_problems", "improvements", "feedback_problems", "improvement_plan", "tiers", "sources", "field_usage",
]  # fmt: skip

Content = Literal[
    "record", "attachments", "communications", "evaluation", "plan", "execution_log", "result", "feedback", "signature",
]  # fmt: skip
"""What an archive may hold of a demand."""


@dataclass(frozen=True)
class Pause:
    """A clock stands still from one event to another."""

    starts: str
    ends: str


@dataclass(frozen=True)
class Clock:
    """One deadline: a span after a moment, met by one of `met_by` (events).

    Exactly one of `add`, `add_by_priority` (level -> spec) and `add_by_urgency` is given; a level or urgency that is
    not named has no such clock. It concerns a demand when `when` holds and none of `unless_any` does. `approaching`
    is how long before it a warning comes. `restarts`: every further moment of `starts_at` sets it anew, else the
    first of a cycle counts; `recurring`: set anew whenever it was met or breached; `each_cycle`: it also runs in
    later cycles, from the moment these begin; `audience`: roles who are warned, or `customer`; `shown`: its date
    stands on the forms; `after_closing`: it outlives the demand's end.
    """

    code: str
    kind: ClockKind
    label: Text
    met_by: tuple[str, ...]
    starts_at: str = "received"
    add: str | None = None
    add_by_priority: Mapping[str, str] = field(default_factory=dict)
    add_by_urgency: Mapping[str, str] = field(default_factory=dict)
    when: Condition = field(default_factory=Condition)
    unless_any: tuple[Condition, ...] = ()
    approaching: str | None = None
    pauses: tuple[Pause, ...] = ()
    restarts: bool = False
    recurring: bool = False
    until: tuple[str, ...] = ()
    each_cycle: bool = False
    audience: tuple[str, ...] = ()
    shown: bool = False
    after_closing: bool = False
    ours: bool = False


@dataclass(frozen=True)
class Evaluation:
    """What an evaluation has to say, all departments concerned taken together.

    `counts`: of feasibility, each judged by one of them; `resources`: people, hours or budget are named; `explanation`:
    what is infeasible needs words for the customer besides the alternative; `reopened_by_supplement`: what a customer
    adds after it is evaluated anew before anything is planned or completed.
    """

    counts: tuple[Literal["technical", "strategy", "resources"], ...] = ()
    resources: bool = False
    explanation: bool = False
    reopened_by_supplement: bool = False
    ours: bool = False


@dataclass(frozen=True)
class Delay:
    """What is owed when a promised date will not be kept: one of `reasons`, told by `notice` before that date.

    notice None: no term is set.
    """

    reasons: tuple[Choice, ...]
    notice: str | None = None
    ours: bool = False


@dataclass(frozen=True)
class ReceiptPromise:
    """By when the receipt promises a first response, by declared urgency; `default` when none is declared.

    None: nothing is promised.
    """

    by_urgency: Mapping[str, str] = field(default_factory=dict)
    default: str | None = None
    ours: bool = False


@dataclass(frozen=True)
class Notice:
    """A notice sent when the event `on` happens and one of `when_any` holds (none given: always).

    `rejections`: of demand.rejected, only for these kinds of what is no demand (none given: all).
    Of several of one kind and audience that fit, the first is sent. `audience` is `customer` or a role; texts use
    PLACEHOLDERS.
    """

    kind: str
    on: str
    audience: str
    subject: Text
    body: Text
    when_any: tuple[Condition, ...] = ()
    rejections: tuple[str, ...] = ()
    ours: bool = False


@dataclass(frozen=True)
class Satisfaction:
    """One level of the scale; `aliases`: other words for it."""

    code: str
    label: Text
    satisfied: bool
    aliases: tuple[str, ...] = ()
    ours: bool = False


@dataclass(frozen=True)
class FeedbackKind:
    """A kind of opinion that comes in by itself, where it goes and who has it."""

    code: str
    label: Text
    route: Literal["service_review", "starts_handling", "monthly_analysis"]
    lead: str
    aliases: tuple[str, ...] = ()
    ours: bool = False


@dataclass(frozen=True)
class Feedback:
    """How the result is told and what the customer's answer leads to. `told_by`: a role; `channels`: codes.

    `handed_over`: the executing department hands the result to `told_by`, who tells it; `recourse_before_closing`: a
    complaint that did not satisfy is closed only when the customer was told where to turn with it.
    """

    scale: Literal["yes_no", "three_levels", "stars"]
    levels: tuple[Satisfaction, ...]
    question: Text
    not_satisfied: Literal["second_cycle", "improvement_measure", "starts_handling"]
    signature: Literal["none", "if_satisfied", "always"] = "none"
    told_by: str | None = None
    channels: tuple[str, ...] = ()
    says: tuple[Text, ...] = ()
    measure_before_closing: bool = False
    recourse_before_closing: bool = False
    handed_over: bool = False
    in_retrospective: bool = False
    kinds: tuple[FeedbackKind, ...] = ()
    ours: bool = False


@dataclass(frozen=True)
class Archive:
    """When what is filed, and how. `day`: of the month, for `by_day` (end of it, or the last working day before).

    `file_name` uses {customer} and {number}; `customer_name: pseudonym` puts the customer's number in its place.
    """

    schedule: Literal["last_workday", "by_day"]
    file_name: str
    customer_name: Literal["named", "pseudonym"]
    contents: tuple[Content, ...]
    day: int | None = None
    by: str | None = None
    ours: bool = False


@dataclass(frozen=True)
class Retention:
    """How many years after archiving, at least; None: the source states nothing and nothing is disposed of."""

    years: int | None
    ours: bool = False


@dataclass(frozen=True)
class Report:
    """A report: `due_day` is the day of the period after, by whose end it is there."""

    code: str
    title: Text
    every: Literal["week", "month", "quarter"]
    sections: tuple[Section, ...]
    due_day: int | None = None
    audience: tuple[str, ...] = ()
    ours: bool = False


@dataclass(frozen=True)
class Tier:
    """A tier of customers: the first whose `when_any` has a condition that holds (none given: always).

    `service` is what changes for them.
    """

    code: str
    label: Text
    service: Text
    when_any: tuple[Condition, ...] = ()
    ours: bool = False


@dataclass(frozen=True)
class ChangeRequests:
    """A changed plan is carried out only when `approved_by` (roles, or `customer`) have all agreed on `form`."""

    form: str
    approved_by: tuple[str, ...]


@dataclass(frozen=True)
class Privacy:
    """What the record may hold. `owner`: how the handler's name is shown; `notes` are shown where data is asked for."""

    contact_in_record: bool
    owner: Literal["full", "masked"] = "full"
    notes: tuple[Text, ...] = ()
