"""Keep who is told by webhook."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.notifier.domain.webhooks import Subscription, secret_from
from services.notifier.store import subscriptions
from shared.ids import new_id
from shared.policies.duties import NOTIFIED
from shared.policies.loader import Policies
from shared.refused import Refused, wrong


def subscribe(session: Session, wanted: Mapping[str, Any], *, policies: Policies, now: datetime) -> Subscription:
    """A new subscription with a fresh secret. wanted {url, events, policy, active}; now: system time.

    The caller has checked where the url leads. Refused 422 unknown-code for an event or policy nobody knows.
    """
    _check(wanted, policies)
    row = Subscription(id=new_id(), secret=secret_from(secrets.token_bytes(32)), version=1, created_at=now, **wanted)
    subscriptions.add(session, row)
    return row


def change(
    session: Session,
    subscription_id: str,
    wanted: Mapping[str, Any],
    *,
    policies: Policies,
    check: Callable[[Subscription], None],
) -> Subscription:
    """Put this in the place of what was wanted before; the secret stays. check: of what stood there, while locked.

    Refused 404 subscription-unknown, 422 as in subscribe().
    """
    _check(wanted, policies)
    before = subscriptions.lock(session, subscription_id)
    if before is None:
        raise Refused("subscription-unknown", "There is no such subscription", 404)
    check(before)
    row = replace(before, version=before.version + 1, **wanted)
    subscriptions.change(session, row)
    return row


def _check(wanted: Mapping[str, Any], policies: Policies) -> None:
    known = policies.all()
    if wanted["policy"] is not None and wanted["policy"] not in {one.code for one in known}:
        raise wrong("/policy", "unknown-code", "There is no such policy")
    possible = NOTIFIED | {notice.kind for policy in known for notice in policy.notices}
    if not set(wanted["events"]) <= possible:
        raise wrong("/events", "unknown-code", "Kinds of notices, or events on which notices are sent")
