"""Publish a version of a policy or of a calendar: checked, kept, and told to all services in the same transaction.

A version never changes. Publishing the same bytes again changes nothing and is no error.
"""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NoReturn

from sqlalchemy.orm import Session

from services.triage import house_events as events
from shared.calendars import loader as calendars
from shared.calendars.loader import BadCalendar, Calendars
from shared.calendars.model import Calendar
from shared.policies import loader as policies
from shared.policies.loader import BadPolicy
from shared.policies.model import Policy
from shared.refused import Refused
from shared.versions import store
from shared.versions.store import OtherBytes
from shared.versions.tables import calendar_versions

LEAD_TIME = timedelta(minutes=10)
"""A policy counts no sooner after it is published, so that every service knows it before a demand is pinned to it."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,19}")
_LONGEST_FAULT = 300


def publish_policy(session: Session, raw: bytes, *, now: datetime) -> tuple[Policy, bool]:
    """Publish a policy; returns it and whether it is new.

    Refused as checked_policy says, 422 `backdated` unless it comes into effect LEAD_TIME from now or later, 409
    `version-exists` when the version is known with other bytes.
    """
    policy = checked_policy(session, raw)
    if not _keep(session, policy, raw):
        return policy, False
    if policy.effective_from < now + LEAD_TIME:
        minutes = int(LEAD_TIME.total_seconds() // 60)
        raise Refused("backdated", f"effective_from is at least {minutes} minutes ahead", 422)
    events.policy_published(session, policy, raw, now)
    return policy, True


def checked_policy(session: Session, raw: bytes) -> Policy:
    """A policy that demands could be run by here, from its document; Refused 422 `policy-invalid` with every fault."""
    try:
        policy = policies.load(raw)
    except BadPolicy as error:
        _refuse("policy", error.faults)
    faults = list(_unfit_names(policy))
    if not store.listed(session, calendar_versions, policy.calendar):
        faults.append(f"calendar: {policy.calendar!r} is not known")
    if faults:
        _refuse("policy", faults)
    return policy


def publish_calendar(session: Session, raw: bytes, *, now: datetime) -> tuple[Calendar, bool]:
    """Publish a calendar, which counts from now on; returns it and whether it is new.

    Refused 422 `calendar-invalid`, 409 `version-exists` when the version is known with other bytes, 409
    `version-not-newer` unless it is newer than all known ones of its code.
    """
    try:
        calendar = calendars.load(raw)
    except BadCalendar as error:
        _refuse("calendar", error.faults)
    faults = list(_unfit_names(calendar))
    if calendar.code == Calendar.code:  # what a file of one's own is called that says none
        faults.append("code: a calendar that is published says its code and version")
    if faults:
        _refuse("calendar", faults)
    if not _keep(session, calendar, raw):
        return calendar, False
    events.calendar_published(session, calendar, raw, now)  # locks the stream: from here on nobody else adds one
    if newest_calendar(session, calendar.code).version != calendar.version:
        raise Refused("version-not-newer", "A newer version of this calendar is known")
    return calendar, True


def newest_calendar(session: Session, code: str) -> Calendar:
    """The version of a calendar that counts; LookupError. It reads all of them: for what is rare."""
    rows = store.listed(session, calendar_versions, code)
    documents = (store.document(session, calendar_versions, code, row.version) for row in rows)
    return Calendars(calendars.load(one) for one in documents).effective(code)


def _keep(session: Session, found: Policy | Calendar, raw: bytes) -> bool:
    try:
        return store.keep(session, found, raw)
    except OtherBytes:
        raise Refused("version-exists", "This version was published with other content; it never changes") from None


def _unfit_names(found: Policy | Calendar) -> Iterable[str]:
    for name, value in (("code", found.code), ("version", found.version)):
        if not _NAME.fullmatch(value):
            yield f"{name}: up to 20 letters, digits, dots, hyphens and underscores"


def _refuse(kind: str, faults: Iterable[str]) -> NoReturn:
    rows = [{"pointer": "", "code": "fault", "message": " ".join(one.split())[:_LONGEST_FAULT]} for one in faults]
    raise Refused(f"{kind}-invalid", f"The document is no {kind} that demands can be run by", 422, rows) from None
