"""Rows as they pass between store and use cases. Moments are aware UTC."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Delivery = Literal["queue", "workbench"]
Part = Literal["lead", "joining"]


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
    its own handling (contracts.from_intake.Historic), None for a demand of now.
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


@dataclass(frozen=True)
class CaseRow:
    """A demand as triage has decided and carries it.

    type_code None: nobody could decide yet. facts: what the rules looked at (domain.facts); moments: name -> RFC 3339
    of what has happened in this cycle; reasons {type, route, priority: [why], proposed: level}; result: as told, with
    its sha256 (domain.result); handed_over: as result, with {deliverables, report, status, at, by}; locked_at: when the
    grace after closing ended. handler_name is the full name, which never leaves in an event. historic: as in Received;
    a demand of the past has no clocks but for promises that are made from now on.
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
    handed_over: Mapping[str, Any] | None = None
    locked_at: datetime | None = None


@dataclass(frozen=True)
class DeadlineRow:
    """One clock of one demand, counted from started_at by a span (`4h`, `3wd`) under a version of a calendar.

    pauses: [from, to] pairs in RFC 3339; paused_at: it stands still since; superseded_at: another occurrence or
    decision took its place. approaching_at None: no warning before it.
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
class StaffRow:
    """Somebody who works here; version is that of the stream staff/<id>; failures: wrong passwords in a row.

    email: where notices reach the person; it never leaves in an event.
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
