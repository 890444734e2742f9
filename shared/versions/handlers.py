"""policy.published and calendar.published: from now on this service knows that version."""

import hashlib
from collections.abc import Callable
from typing import Any

import structlog
from sqlalchemy.orm import Session

from shared.calendars import loader as calendars
from shared.calendars.model import Calendar
from shared.messaging.envelope import Event
from shared.messaging.errors import Invalid
from shared.policies import loader as policies
from shared.policies.model import Policy
from shared.versions.store import OtherBytes, keep

log = structlog.get_logger()


def policy_published(session: Session, event: Event, _ctx: Any) -> None:
    """Invalid `policy-malformed` for what is no such policy, `policy-changed` when another document is known."""
    _keep(session, event, "policy", policies.load)


def calendar_published(session: Session, event: Event, _ctx: Any) -> None:
    """Invalid `calendar-malformed` for what is no such calendar, `calendar-changed` when another document is known."""
    _keep(session, event, "calendar", calendars.load)


HANDLERS = {
    "policy.published.v1": policy_published,
    "calendar.published.v1": calendar_published,
}
"""For every service but triage, which publishes them."""


def _keep(session: Session, event: Event, kind: str, load: Callable[[bytes], Policy | Calendar]) -> None:
    try:
        raw = event.data["document"].encode("utf-8")
        found = load(raw)
        promised = (event.data["code"], event.data["version"], event.data["sha256"])
    except (LookupError, AttributeError, ValueError) as error:
        raise Invalid(f"{kind}-malformed") from error
    if promised != (found.code, found.version, hashlib.sha256(raw).hexdigest()):
        raise Invalid(f"{kind}-malformed", "it is not the document that is told of")
    try:
        keep(session, found, raw)
    except OtherBytes:
        raise Invalid(f"{kind}-changed") from None
    log.info("version_kept", kind=kind, code=found.code, version=found.version)
