"""What `migrate` does after the tables are there: the released policies and calendars become known."""

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.orm import Session

from shared.calendars import loader as calendars
from shared.calendars.model import Calendar
from shared.config import ConfigError
from shared.db import Database
from shared.policies import loader as policies
from shared.policies.model import Policy
from shared.versions.store import OtherBytes, keep


class ReleaseChanged(ConfigError):
    """A released file is not what this installation runs by: nothing may start before that is mended."""


def seed_database(url: str) -> None:
    """seed() in a transaction of its own; the tables must be there."""
    database = Database(url)
    try:
        with database.write() as session:
            seed(session)
    finally:
        database.dispose()


def seed(session: Session) -> int:
    """Keep every released policy and calendar; returns how many were new. Safe to repeat. ReleaseChanged."""
    added = 0
    for found, file in _released():
        try:
            added += keep(session, found, file.read_bytes())
        except OtherBytes:
            kind = "policy" if isinstance(found, Policy) else "calendar"
            raise ReleaseChanged(
                f"{kind} {found.code} version {found.version}: {file.name} of this release differs from the document "
                "that this installation knows under that version and has promised by. A version never changes: "
                "put the former file back, or give the new one a new version"
            ) from None
    return added


def _released() -> Iterator[tuple[Policy | Calendar, Path]]:
    for policy in policies.installed().all():
        yield policy, policies.PACKS / policy.code / f"{policy.version}.yaml"
    for calendar in calendars.installed().all():
        yield calendar, calendars.PACKS / calendar.code / f"{calendar.version}.yaml"
