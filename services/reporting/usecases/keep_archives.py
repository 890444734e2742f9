"""Ask for packages, and note that one is made."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from services.reporting import events
from services.reporting.domain import filing
from services.reporting.domain.packing import Manifest
from services.reporting.domain.records import ArchiveRow
from services.reporting.store import archives, demands
from services.reporting.usecases.count_handling import Books
from shared.clock import parse_time
from shared.policies.model import Policy
from shared.refused import Refused

SCHEDULE = "reporting:schedule"


def policy_in_force(books: Books, code: str, now: datetime) -> Policy:
    """The version that counts now; Refused 404."""
    try:
        return books.policies.effective(code, now)
    except LookupError:
        raise Refused("policy-unknown", "There is no such policy", 404) from None


def in_force(books: Books, now: datetime) -> list[Policy]:
    """Of every policy the version that counts now, by code."""
    codes = sorted({one.code for one in books.policies.all() if one.effective_from <= now})
    return [books.policies.effective(code, now) for code in codes]


def request_archive(
    session: Session, code: str, period: str | None, *, by: str, books: Books, now: datetime
) -> tuple[ArchiveRow, bool]:
    """Ask for the package of a month, without one for the newest due or the one under way; (row, whether it is new).

    Refused 404 policy-unknown, 422 for a month that is none or has not begun.
    """
    policy = policy_in_force(books, code, now)
    calendar = books.calendars.effective(policy.calendar)
    if period is not None:
        wanted = filing.month(period)
    else:
        known, first = _history(session, code)
        wanted = filing.wanted_period(policy.archive, calendar, last=known, first_received=first, now=now)
    cutoff = filing.cutoff(policy.archive, calendar, wanted, now)
    return archives.request(session, policy=code, period=str(wanted), cutoff=cutoff, by=by, now=now)


def due_now(session: Session, books: Books, now: datetime) -> list[tuple[str, str]]:
    """(policy, month) of the packages whose moment has come and that nobody asked for."""
    found = []
    for policy in in_force(books, now):
        calendar = books.calendars.effective(policy.calendar)
        known, first = _history(session, policy.code)
        months = filing.due_periods(policy.archive, calendar, last=known, first_received=first, now=now)
        found += [(policy.code, str(one)) for one in months]
    return found


def note_sealed(session: Session, archive: ArchiveRow, manifest: Manifest, digest: str) -> bool:
    """The package stands on disk: keep what lies in it and tell it; False when another worker has done so."""
    keep_until = None if manifest.keep_until is None else date.fromisoformat(manifest.keep_until)
    mine = archives.seal(
        session,
        archive,
        demand_ids=manifest.numbers,
        attachments=manifest.attachments,
        manifest_sha256=digest,
        previous=manifest.previous,
        sealed_at=parse_time(manifest.created_at),
        keep_until=keep_until,
    )
    if mine:
        sealed_at = parse_time(manifest.created_at)
        events.archive_sealed(
            session,
            archive,
            count=len(manifest.numbers),
            manifest_sha256=digest,
            previous=manifest.previous,
            now=sealed_at,
        )
    return mine


def _history(session: Session, policy: str) -> tuple[filing.Month | None, datetime | None]:
    """The newest month that has a package; where there is none, when the policy's first demand came in."""
    last = archives.last_period(session, policy)
    if last is not None:
        return filing.month(last), None
    return None, demands.first_received(session, policy)
