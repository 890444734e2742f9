"""Rows as they pass between store and use cases. Moments are aware UTC."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

FINAL = "final"


@dataclass(frozen=True)
class ArchiveRow:
    """state: "requested", then "sealed"; seq counts a policy's packages in the order in which they are made."""

    id: str
    policy: str
    period: str
    seq: int
    state: str
    cutoff: datetime
    requested_at: datetime
    requested_by: str
    count: int | None
    manifest_sha256: str | None
    previous: str | None
    sealed_at: datetime | None
    keep_until: date | None


@dataclass(frozen=True)
class ReportRow:
    """edition: FINAL, or when one of a running period was made."""

    id: str
    policy: str
    policy_version: str
    code: str
    period: str
    edition: str
    issued_at: datetime
    content: Mapping[str, Any]
    figures_sha256: str
