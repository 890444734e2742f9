"""Notices: what they say, when they are tried again, when they are given up."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from shared.policies.duties import Notice
from shared.policies.model import Policy

MOST_ATTEMPTS = 12
LEASE = timedelta(seconds=30)
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=2), timedelta(minutes=15)


@dataclass(frozen=True)
class Planned:
    """A notice that somebody has taken on: what it is about, and the lease under which it is sent."""

    id: str
    demand_id: str
    number: str
    kind: str
    audience: str
    carrier: str
    message_id: str
    attempt: int
    lease: str
    policy: str
    policy_version: str
    language: str
    customer_number: str
    first_response_by: datetime | None


@dataclass(frozen=True)
class Outcome:
    """How one attempt ended. state: sent, failed (for good) or retry; reason: a stable word."""

    state: str
    reason: str | None = None


@dataclass(frozen=True)
class Letter:
    """Subject and text of a notice, ready to send."""

    subject: str
    text: str


def write(notice: Notice, policy: Policy, planned: Planned, name: str | None) -> Letter:
    """The policy's words with this demand's facts; the name only ever goes into the text, on one line."""
    due = _local(planned.first_response_by, policy.time_zone)
    facts = {"number": planned.number, "due": due, "name": " ".join((name or "").split())}
    subject = notice.subject.in_language(planned.language)
    text = notice.body.in_language(planned.language)
    return Letter(subject.format_map({**facts, "name": ""}), text.format_map(facts))


def pause(attempt: int, jitter: float) -> timedelta:
    """How long to wait after so many attempts: doubling and bounded; jitter: 0.75 to 1.25."""
    return min(_FIRST_PAUSE * 2 ** min(attempt, 20), _LONGEST_PAUSE) * jitter


def settled(outcome: Outcome, attempt: int) -> Outcome:
    """A retry that would be one too many is a failure."""
    return Outcome("failed", "gave_up") if outcome.state == "retry" and attempt >= MOST_ATTEMPTS else outcome


def _local(moment: datetime | None, time_zone: str) -> str:
    return "-" if moment is None else moment.astimezone(ZoneInfo(time_zone)).strftime("%Y-%m-%d %H:%M")
