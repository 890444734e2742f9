"""Rows as they pass between store and use cases. Moments are aware UTC."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

Delivery = Literal["queue", "workbench"]


@dataclass(frozen=True)
class Pin:
    """The very policy a demand is run by; sha256 in hex."""

    code: str
    version: str
    sha256: str


@dataclass(frozen=True)
class Received:
    """What triage reads of a demand that intake accepted; texts are redacted, codes are the policy's."""

    demand_id: str
    number: str
    policy: Pin
    received_at: datetime
    first_response_by: datetime | None
    subject: str | None
    description: str
    type: str | None
    urgency: str | None
    mood: str | None
    impact: Mapping[str, Any]
    customer: Mapping[str, Any]


@dataclass(frozen=True)
class CaseRow:
    """A demand as triage has decided it; reasons {type: [why], priority: rule id}."""

    id: str
    number: str
    version: int
    policy: str
    policy_version: str
    policy_sha256: str
    type_code: str
    category: str
    priority_rank: int
    priority_code: str
    lead: str
    joining: Sequence[str]
    status_category: str
    status_resolution: str | None
    received_at: datetime
    first_response_by: datetime | None
    accepted_at: datetime | None
    accepted_by: str | None
    description: str
    subject: str | None
    customer: Mapping[str, Any]
    reasons: Mapping[str, Any]
    created_at: datetime


@dataclass(frozen=True)
class DeadlineRow:
    """One clock of one demand. approaching_at None: no warning before it."""

    id: str
    demand_id: str
    code: str
    kind: str
    cycle: int
    occurrence: int
    due_at: datetime
    approaching_at: datetime | None
    provisional: bool
    met_at: datetime | None
    breached_at: datetime | None


@dataclass(frozen=True)
class StaffRow:
    """Somebody who works here; version is that of the stream staff/<id>; failures: wrong passwords in a row."""

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
