"""Webhooks as the Standard Webhooks specification wants them: who is subscribed, the signed message, the answer."""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from services.notifier.domain.notices import Outcome, Planned
from shared.policies.duties import Notice

_SECRET_PREFIX = "whsec_"  # noqa: S105 - how such secrets begin
_SECRET_BYTES = 32
_TRY_AGAIN = frozenset({408, 425, 429})


@dataclass(frozen=True)
class Subscription:
    """An address that is told of notices; policy None: of all policies; version: for If-Match.

    events: kinds of notices, or events on which notices are sent.
    """

    id: str
    url: str
    secret: str = field(repr=False)
    events: list[str]
    policy: str | None
    active: bool
    version: int
    created_at: datetime

    def wants(self, notice: Notice) -> bool:
        """Whether it is told of this notice."""
        return notice.kind in self.events or notice.on in self.events


def secret_from(random: bytes) -> str:
    """32 random bytes -> a secret as receivers' libraries take it."""
    if len(random) != _SECRET_BYTES:
        raise ValueError("a webhook's secret is made of 32 bytes")
    return _SECRET_PREFIX + base64.b64encode(random).decode()


def body_of(notice: Planned) -> bytes:
    """What is told, as JSON: which demand and what happened; nobody's data and no text."""
    data = {
        "number": notice.number,
        "demand_id": notice.demand_id,
        "kind": notice.kind,
        "policy": notice.policy,
        "status": notice.facts.get("status"),
    }
    at = notice.happened_at.isoformat().replace("+00:00", "Z")
    return json.dumps({"type": notice.event, "timestamp": at, "data": data}, ensure_ascii=False).encode()


def headers_of(message_id: str, body: bytes, secret: str, now: datetime) -> dict[str, str]:
    """The headers of one attempt, signed (HMAC-SHA256 over `id.timestamp.body`). now: system time."""
    stamp = str(int(now.timestamp()))
    key = base64.b64decode(secret.removeprefix(_SECRET_PREFIX))
    signed = hmac.new(key, f"{message_id}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return {
        "Content-Type": "application/json",
        "User-Agent": "demandflow-notifier",
        "webhook-id": message_id,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{base64.b64encode(signed).decode()}",
    }


def outcome_of(status: int, retry_after: str | None, now: datetime) -> Outcome:
    """What a receiver's answer means: 2xx taken, 410 never again, a redirect is not followed, the rest may pass."""
    if 200 <= status < 300:
        return Outcome("sent")
    if status == 410:
        return Outcome("failed", "webhook_gone", gone=True)
    if 300 <= status < 400:
        return Outcome("failed", "webhook_redirected")
    reason = "webhook_refused" if status < 500 and status not in _TRY_AGAIN else "webhook_unavailable"
    return Outcome("retry", reason, wait=_wait(retry_after, now))


def _wait(retry_after: str | None, now: datetime) -> timedelta | None:
    """Retry-After, in seconds or as a date; None without one or when it makes no sense."""
    if retry_after is None:
        return None
    if retry_after.isascii() and retry_after.isdigit():
        return timedelta(seconds=min(int(retry_after[:9]), 86_400))
    try:
        return max(parsedate_to_datetime(retry_after) - now, timedelta(0))
    except (ValueError, TypeError, OverflowError):
        return None
