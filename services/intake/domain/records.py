"""What intake keeps, as plain values between the rooms."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class ChannelRow:
    """A channel as the use cases need it."""

    id: str
    code: str
    kind: str
    policy: str
    allowed_policies: tuple[str, ...]
    department: str


@dataclass(frozen=True)
class CustomerRow:
    """A customer as others may see it, with the sealed contact (None once erased)."""

    id: str
    number: str
    version: int
    masked_name: str
    kind: str
    industry: str | None
    tier: str | None
    value: str | None
    company_name: str | None
    wrapped_key: bytes | None = None
    contact: bytes | None = None


@dataclass(frozen=True)
class NewDemand:
    """Everything a new row holds; original is sealed."""

    id: str
    number: str
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
    version: int = 1
    status: str = "pending"
