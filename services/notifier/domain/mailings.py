"""Letters of campaigns: those who are asked are each mailed their own link, with the blank form. Pure."""

from dataclasses import dataclass
from datetime import timedelta

CHINESE = "zh"
LEASE = timedelta(seconds=60)
"""Longer than a notice's: intake, reporting and the mail server are asked in turn, each with a limit of its own."""


@dataclass(frozen=True)
class Campaign:
    """What the notifier need know of a campaign; form: of this version of the policy."""

    code: str
    policy: str
    policy_version: str
    form: str


@dataclass(frozen=True)
class Mailing:
    """A letter that somebody has taken on, and the lease under which it is sent."""

    id: str
    campaign: str
    customer_number: str
    policy: str
    policy_version: str
    form: str
    message_id: str
    attempt: int
    lease: str


@dataclass(frozen=True)
class Invitation:
    """What one customer is to be mailed, in intake's words; email None: there is no address. language: zh or en."""

    email: str | None
    subject: str
    text: str
    language: str


@dataclass(frozen=True)
class Spared:
    """Somebody who is not to be written to. reason: a stable word."""

    reason: str
