"""What intake keeps, as plain values between the rooms."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.intake.domain.contact import Contact


@dataclass(frozen=True)
class ChannelRow:
    """A channel as the use cases need it. form: the policy's form that its page /f/<code> shows, None: no page."""

    id: str
    code: str
    kind: str
    policy: str
    allowed_policies: tuple[str, ...]
    department: str
    form: str | None = None


@dataclass(frozen=True)
class CustomerRow:
    """A customer as others may see it, with the sealed contact (None once erased). merged_into: a number."""

    id: str
    number: str
    version: int
    masked_name: str
    kind: str
    industry: str | None
    tier: str | None
    value: str | None
    company_name: str | None
    source: str | None = None
    preferred_channel: str | None = None
    verified_at: datetime | None = None
    verified_by: str | None = None
    merged_into: str | None = None
    wrapped_key: bytes | None = None
    contact: bytes | None = None


@dataclass(frozen=True)
class BusinessRow:
    """An order or a product of a customer, as a system tells it; name redacted."""

    system: str
    kind: str
    name: str
    at: datetime | None


@dataclass(frozen=True)
class KnownCustomer:
    """A customer, its plain key and its whole contact; once erased, a key that nobody keeps and an empty contact."""

    row: CustomerRow
    key: bytes
    contact: Contact


@dataclass(frozen=True)
class Taken:
    """A number and where it was counted: no other demand or customer ever has it."""

    scope: str
    sequence: int
    number: str


@dataclass(frozen=True)
class NewDemand:
    """Everything a new row holds; original is sealed. status: a category; status_code: the policy's own."""

    id: str
    number: str
    number_scope: str
    number_sequence: int
    channel_id: str
    customer_id: str
    policy: str
    policy_version: str
    policy_sha256: str
    received_at: datetime
    first_response_by: datetime | None
    description: str
    details: dict[str, Any]
    quality: dict[str, Any]
    original: bytes
    department: str | None
    status_code: str
    status: str
    version: int = 1
    cycle: int = 1
    result: dict[str, Any] | None = None
    order_number: str | None = None


@dataclass(frozen=True)
class DemandRow:
    """A demand as the use cases that follow its acceptance need it."""

    id: str
    number: str
    version: int
    channel_id: str
    channel_kind: str
    customer_id: str
    policy: str
    policy_version: str
    status: str
    status_code: str
    resolution: str | None
    cycle: int
    result_sha256: str | None
    locked_at: datetime | None
    description: str
    details: dict[str, Any]
    waiting_for: dict[str, Any] | None
    withdrawn_at: datetime | None
    merged_into: str | None


@dataclass(frozen=True)
class Origin:
    """A demand that others are made of. channel: with the demand's policy; it may be closed to new demands by now."""

    number: str
    customer_number: str
    details: dict[str, Any]
    channel: ChannelRow


@dataclass(frozen=True)
class ChangeRow:
    """A change of a demand's plan that its customer is asked about.

    state: open, approved, refused, as triage says; asked {what, reason, plan, cost, expected_finish, before, at,
    approved_by}; agreed None: not answered yet; opinion redacted, original sealed.
    """

    id: str
    demand_id: str
    number: int
    state: str
    asked: dict[str, Any]
    agreed: bool | None = None
    opinion: str | None = None
    original: bytes | None = None
    at: datetime | None = None
    by: str | None = None


@dataclass(frozen=True)
class NewSupplement:
    """What came in after the demand: the words sealed, details redacted; given: the names it answers.

    customer_id: whose words they are, None: the demand's customer's.
    """

    id: str
    demand_id: str
    seq: int
    original: bytes
    details: dict[str, Any]
    given: list[str]
    at: datetime
    by: str
    customer_id: str | None = None


@dataclass(frozen=True)
class ConsentRow:
    """What a customer agreed to: purpose "handling" or a form's code; by which version of a policy; channel: a code."""

    id: str
    customer_id: str
    purpose: str
    policy: str
    policy_version: str
    at: datetime
    channel: str
    withdrawn_at: datetime | None = None
