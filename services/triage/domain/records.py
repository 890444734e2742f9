"""Rows as they pass between store and use cases. Moments are aware UTC."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

Delivery = Literal["queue", "workbench"]
Part = Literal["lead", "joining"]
TaskState = Literal["open", "in_progress", "done"]


@dataclass(frozen=True)
class Pin:
    """The very policy a demand is run by; sha256 in hex."""

    code: str
    version: str
    sha256: str


@dataclass(frozen=True)
class Received:
    """What triage reads of a demand that intake accepted; texts are redacted, codes are the policy's.

    feedback: {kind, text, stars}; quality: {vague: [names], missing: [names]}; historic: what a row of the past says of
    its own handling (contracts.from_intake.Historic), None for a demand of now. relation: what it is of related_number.
    """

    demand_id: str
    number: str
    policy: Pin
    received_at: datetime
    first_response_by: datetime | None
    channel_kind: str
    subject: str | None
    description: str
    type: str | None
    urgency: str | None
    mood: str | None
    product: str | None
    expected_by: str | None
    impact: Mapping[str, Any]
    fields: Mapping[str, Any]
    feedback: Mapping[str, Any]
    customer: Mapping[str, Any]
    known_customer: bool
    quality: Mapping[str, Any]
    historic: Mapping[str, Any] | None = None
    order_number: str | None = None
    related_number: str | None = None
    relation: str | None = None
    wishes: str | None = None


@dataclass(frozen=True)
class CaseRow:
    """A demand as triage has decided and carries it.

    type_code None: nobody could decide yet. facts: what the rules looked at (domain.facts); moments: name -> RFC 3339
    of what has happened in this cycle; reasons {type, route, priority: [why], proposed: level}; result: as told, with
    its sha256 (domain.result). handler_name is the full name, which never leaves in an event. historic: as in
    Received; a demand of the past has no clocks but for promises that are made from now on. related_number: as
    reported, known here or not. merged: while it is merged, {into: demand id, number, status: its code before,
    clocks: [ids of deadlines that ended], work: {department: state before}}. blocked_at: when what stands in the way
    occurred; blocker: {reason, reason_label, note, task, reported_at, by} of it; both None: nothing does.
    proposed_code: another level than the confirmed one that the rules propose since the facts changed; None: nothing
    to look at. handed_over: as result, with {deliverables, report, status, at, by}; locked_at: when the grace after
    closing ended.
    """

    id: str
    number: str
    version: int
    policy: str
    policy_version: str
    policy_sha256: str
    type_code: str | None
    category: str | None
    track: str
    priority_rank: int
    priority_code: str
    lead: str
    joining: Sequence[str]
    status_code: str
    status_category: str
    status_resolution: str | None
    cycle: int
    received_at: datetime
    first_response_by: datetime | None
    accepted_at: datetime | None
    accepted_by: str | None
    handler_id: str | None
    handler_name: str | None
    description: str
    subject: str | None
    customer: Mapping[str, Any]
    facts: Mapping[str, Any]
    moments: Mapping[str, str]
    quality: Mapping[str, Any]
    reasons: Mapping[str, Any]
    result: Mapping[str, Any] | None
    satisfaction: str | None
    created_at: datetime
    historic: Mapping[str, Any] | None = None
    order_number: str | None = None
    related_number: str | None = None
    expected_by: str | None = None
    merged: Mapping[str, Any] | None = None
    blocked_at: datetime | None = None
    blocker: Mapping[str, Any] | None = None
    proposed_code: str | None = None
    handed_over: Mapping[str, Any] | None = None
    locked_at: datetime | None = None


@dataclass(frozen=True)
class RelationRow:
    """What one demand is of another, seen from one of them.

    direction: to: this one is it of the other; from: the other of this one. status, resolution: of the other.
    """

    number: str
    relation: str
    direction: str
    status: str
    resolution: str | None
    note: str | None
    at: datetime


@dataclass(frozen=True)
class DeadlineRow:
    """One clock of one demand, counted from started_at by a span (`4h`, `3wd`) under a version of a calendar.

    pauses: [from, to] pairs in RFC 3339; paused_at: it stands still since; holds: the events that hold it, until each
    has its end; superseded_at: another occurrence or decision took its place. approaching_at None: no warning before.
    """

    id: str
    demand_id: str
    code: str
    kind: str
    cycle: int
    occurrence: int
    started_at: datetime
    span: str
    calendar: str
    calendar_version: str
    due_at: datetime
    approaching_at: datetime | None
    provisional: bool
    met_at: datetime | None = None
    breached_at: datetime | None = None
    paused_at: datetime | None = None
    superseded_at: datetime | None = None
    pauses: Sequence[Sequence[str]] = field(default_factory=list)
    holds: Sequence[str] = field(default_factory=list)

    @property
    def open(self) -> bool:
        """Whether it still waits to be met."""
        return self.met_at is None and self.superseded_at is None


@dataclass(frozen=True)
class PromiseRow:
    """Something told to the customer, number 0 by the receipt; promised_for: the date that counts from then on.

    kind: receipt, told, delay, change; predecessor: the promise it takes the place of; kept_at: fulfilled.
    """

    demand_id: str
    number: int
    kind: str
    text: str
    channel: str | None
    reason: str | None
    told_at: datetime
    told_by: str
    promised_for: datetime | None
    predecessor: int | None = None
    late: bool = False
    kept_at: datetime | None = None


@dataclass(frozen=True)
class EvaluationRow:
    """What a department thinks of a demand, told at that version of the demand's stream.

    feasibility: {technical, strategy, resources: {verdict, note} or None}; resources: {people, hours, budget, lacking};
    superseded_at: the same department thought anew, the customer added something, or the next cycle began.
    """

    demand_id: str
    version: int
    department: str
    at: datetime
    by: str
    verdict: str
    text: str
    explanation: str | None
    alternative: str | None
    feasibility: Mapping[str, Any] | None
    resources: Mapping[str, Any] | None
    superseded_at: datetime | None = None


@dataclass(frozen=True)
class TaskRow:
    """A task of a demand; owner: the full name, which never leaves in an event. Days are local to the policy.

    id: unique within the demand; position: the order in which tasks were made; percent: 0 to 100.
    """

    demand_id: str
    id: str
    position: int
    title: str
    owner: str
    owner_id: str | None
    department: str
    starts_on: date
    ends_on: date
    delivery_standard: str
    depends_on: Sequence[str]
    dispatched_at: datetime
    changed_at: datetime
    state: TaskState = "open"
    percent: int = 0


@dataclass(frozen=True)
class StaffRow:
    """Somebody who works here; version is that of the stream staff/<id>; failures: wrong passwords in a row.

    email: where notices reach the person; it never leaves in an event. policy_roles: `<policy>.<role>` such as
    A.committee; away_from to away_until: an absence, to come, under way or over; deputy_id: who stands in; assigned_at:
    when a demand was last assigned to the person.
    """

    id: str
    login: str
    name: str
    password_hash: str
    roles: Sequence[str]
    department: str | None
    version: int
    failures: int
    locked_until: datetime | None
    created_at: datetime
    disabled_at: datetime | None
    email: str | None = None
    policy_roles: Sequence[str] = ()
    away_from: datetime | None = None
    away_until: datetime | None = None
    deputy_id: str | None = None
    assigned_at: datetime | None = None


@dataclass(frozen=True)
class Person:
    """Somebody who works here now, as far as rules ask who may do or hear something. See StaffRow."""

    id: str
    login: str
    name: str
    roles: Sequence[str]
    department: str | None
    email: str | None = None
    policy_roles: Sequence[str] = ()
    away_from: datetime | None = None
    away_until: datetime | None = None
    deputy_id: str | None = None


@dataclass(frozen=True)
class DepartmentRow:
    """A department; version is that of its stream department/<code>."""

    code: str
    name_zh: str
    name_en: str
    delivery: Delivery
    version: int
    key_hash: str | None
    created_at: datetime
