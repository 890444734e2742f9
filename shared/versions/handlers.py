"""policy.published and calendar.published: from now on this service knows that version."""

import hashlib
from collections.abc import Callable
from typing import Any, TypeVar

import structlog
from sqlalchemy.orm import Session

from shared.calendars import loader as calendars
from shared.calendars.model import Calendar
from shared.messaging.envelope import Event
from shared.messaging.errors import Invalid, Waiting
from shared.policies import loader as policies
from shared.policies.model import Policy
from shared.versions import store
from shared.versions.store import OtherBytes
from shared.versions.tables import calendar_versions

log = structlog.get_logger()
Version = TypeVar("Version", Policy, Calendar)


def policy_published(session: Session, event: Event, _ctx: Any) -> None:
    """Invalid `policy-malformed` for what is no such policy, `policy-changed` when another document is known.

    Waits for its calendar, which travels on a stream of its own: whoever knows a policy can count its deadlines.
    """
    policy = _read(event, "policy", policies.load)
    if not store.listed(session, calendar_versions, policy.calendar):
        raise Waiting(f"calendar/{policy.calendar}")
    _keep(session, policy, event, "policy")


def calendar_published(session: Session, event: Event, _ctx: Any) -> None:
    """Invalid `calendar-malformed` for what is no such calendar, `calendar-changed` when another document is known."""
    _keep(session, _read(event, "calendar", calendars.load), event, "calendar")


HANDLERS = {
    "policy.published.v1": policy_published,
    "calendar.published.v1": calendar_published,
}
"""For every service but triage, which publishes them."""


def _read(event: Event, kind: str, load: Callable[[bytes], Version]) -> Version:
    try:
        raw = event.data["document"].encode("utf-8")
        found = load(raw)
        promised = (event.data["code"], event.data["version"], event.data["sha256"])
    except (LookupError, AttributeError, ValueError) as error:
        raise Invalid(f"{kind}-malformed") from error
    if promised != (found.code, found.version, hashlib.sha256(raw).hexdigest()):
        raise Invalid(f"{kind}-malformed", "it is not the document that is told of")
    return found


def _keep(session: Session, found: Policy | Calendar, event: Event, kind: str) -> None:
    try:
        store.keep(session, found, event.data["document"].encode("utf-8"))
    except OtherBytes:
        raise Invalid(f"{kind}-changed") from None
    log.info("version_kept", kind=kind, code=found.code, version=found.version)
