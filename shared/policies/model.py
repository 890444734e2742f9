"""A policy: one versioned document that says how demands are run. Pure data; interpret.py reads it.

Its parts are in parts.py (what a demand is), duties.py (what is owed) and forms.py, where the notation is explained.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from shared.policies.duties import (
    Archive,
    ChangeRequests,
    Clock,
    Delay,
    Evaluation,
    Feedback,
    Notice,
    Privacy,
    ReceiptPromise,
    Report,
    Retention,
    Tier,
)
from shared.policies.forms import Form
from shared.policies.knowledge import Knowledge, Script
from shared.policies.meetings import Meeting
from shared.policies.parts import (
    Channel,
    DemandType,
    FieldSpec,
    Numbering,
    Priority,
    PriorityLevel,
    Quality,
    Route,
    Status,
    Text,
    Urgency,
)
from shared.policies.roles import Role


@dataclass(frozen=True)
class Policy:
    """One version of one policy. `sha256` is the hex digest of the bytes it was released as.

    `effective_from` is aware UTC; `calendar` names the working days and office hours; `departments` maps the names
    the source uses to codes of the one list; `undecided`: the department whose desk sorts what the rules cannot
    decide; `reroute_on`: what an evaluation may find -> who leads from then on; `types_open`: the list of types may
    grow; `briefing`: what to know before talking to the customer; `knowledge`: what there is to read on a subject;
    `scripts`: what to say to a customer who is on the line.
    """

    code: str
    version: str
    effective_from: datetime
    time_zone: str
    calendar: str
    title: Text
    channels: tuple[Channel, ...]
    roles: tuple[Role, ...]
    types: tuple[DemandType, ...]
    undecided: str
    urgencies: tuple[Urgency, ...]
    priority: Priority
    clocks: tuple[Clock, ...]
    receipt_promise: ReceiptPromise
    quality: Quality
    numbering: Numbering
    customer_numbering: Numbering
    statuses: tuple[Status, ...]
    notices: tuple[Notice, ...]
    feedback: Feedback
    archive: Archive
    retention: Retention
    reports: tuple[Report, ...]
    fields: tuple[FieldSpec, ...]
    forms: tuple[Form, ...]
    privacy: Privacy
    departments: Mapping[str, str]
    default_urgency: str | None = None
    types_open: bool = False
    meetings: tuple[Meeting, ...] = ()
    routes: tuple[Route, ...] = ()
    reroute_on: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Text] = field(default_factory=dict)
    moods: Mapping[str, Text] = field(default_factory=dict)
    evaluation: Evaluation = field(default_factory=Evaluation)
    delay: Delay | None = None
    change_requests: ChangeRequests | None = None
    tiers: tuple[Tier, ...] = ()
    briefing: tuple[Text, ...] = ()
    knowledge: tuple[Knowledge, ...] = ()
    scripts: tuple[Script, ...] = ()
    sha256: str = ""

    def type(self, code: str) -> DemandType:
        """The demand type with this code; LookupError when the policy has none."""
        for one in self.types:
            if one.code == code:
                return one
        raise LookupError(f"{self.code} has no type {code!r}")

    def level(self, code: str) -> PriorityLevel:
        """The priority level with this code; LookupError."""
        for one in self.priority.levels:
            if one.code == code:
                return one
        raise LookupError(f"{self.code} has no priority {code!r}")

    def status(self, code: str) -> Status:
        """The status with this code; LookupError."""
        for one in self.statuses:
            if one.code == code:
                return one
        raise LookupError(f"{self.code} has no status {code!r}")

    def clock(self, code: str) -> Clock:
        """The clock with this code; LookupError."""
        for one in self.clocks:
            if one.code == code:
                return one
        raise LookupError(f"{self.code} has no clock {code!r}")
