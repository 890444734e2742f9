"""Reconciliation: sources tell what they have (digest), consumers ask for what they miss (resend)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from shared.clock import business_now, format_time, parse_time
from shared.db import upsert
from shared.messaging import outbox
from shared.messaging.envelope import Event, is_text
from shared.messaging.errors import Invalid
from shared.messaging.tables import attempts, cursors, held, relay_state, resends, source_epochs
from shared.messaging.tables import outbox as log_table
from shared.messaging.topology import EVENTS, INBOX_SOURCES

GAP_PATIENCE = timedelta(seconds=30)
DIGEST_EVERY = timedelta(hours=1)
DIGEST_STREAMS = 1000
log = structlog.get_logger()


def request(
    session: Session,
    service: str,
    source: str,
    subject: str | None,
    from_version: int,
    since: datetime | None = None,
) -> None:
    """Ask a source to send events again: one stream from a version on, or all streams changed since a moment."""
    outbox.publish(
        session,
        source=service,
        type="stream.resend-requested",
        subject=f"resend/{source}",
        version=None,
        now=business_now(),
        data={
            "requester": service,
            "source": source,
            "subject": subject,
            "from_version": from_version,
            "since": format_time(since) if since else None,
        },
    )


def request_all(session: Session, service: str, since: datetime | None) -> None:
    """Ask every source this service listens to; used when its queue was lost."""
    for source in INBOX_SOURCES[service]:
        request(session, service, source, None, 1, since)


def stale_gaps(session: Session, now: datetime, limit: int = 200) -> list[tuple[str, str, int]]:
    """Streams that held an event behind a gap for too long: (source, subject, last applied version)."""
    late = now - GAP_PATIENCE
    rows = session.execute(
        select(cursors.c.source, cursors.c.subject, cursors.c.version)
        .join(held, (cursors.c.source == held.c.source) & (cursors.c.subject == held.c.subject))
        .where(held.c.held_at <= late, cursors.c.blocked.is_(False))
        .where(cursors.c.resend_at.is_(None) | (cursors.c.resend_at <= late))
        .group_by(cursors.c.source, cursors.c.subject, cursors.c.version)
        .having(func.min(held.c.version) > cursors.c.version + 1)
        .limit(limit)
    )
    return [(row.source, row.subject, row.version) for row in rows]


def request_gaps(session: Session, service: str, gaps: Iterable[tuple[str, str, int]], now: datetime) -> None:
    """Request what is missing in these streams, and remember when."""
    for source, subject, version in gaps:
        request(session, service, source, subject, version + 1)
        session.execute(
            update(cursors).where(cursors.c.source == source, cursors.c.subject == subject).values(resend_at=now)
        )
        log.warning("gap_resend_requested", source=source, subject=subject, version=version + 1)


def accept_request(session: Session, service: str, event: Event) -> None:
    """At the source: note a request addressed to us; the relay answers it. Repeats of one request are one."""
    wanted = event.data
    if wanted.get("source") != service:
        return
    if wanted.get("requester") not in INBOX_SOURCES or wanted["requester"] != event.source:
        raise Invalid("bad_requester")
    if wanted.get("subject") is not None and not is_text(wanted["subject"], 200):
        raise Invalid("bad_subject")
    since = wanted.get("since")
    session.execute(
        upsert(session, resends)
        .values(
            id=event.id,
            requester=event.source,
            subject=wanted.get("subject"),
            from_version=int(wanted.get("from_version") or 1),
            since=parse_time(since) if since else None,
            position=0,
            requested_at=event.time,
        )
        .on_conflict_do_nothing()
    )


def write_digests(session: Session, source: str, now: datetime, *, since: datetime | None) -> int:
    """At the source: publish the last version of every stream changed since a moment (None: of all streams).

    Returns how many streams were told, in messages of at most 1,000.
    """
    query = (
        select(log_table.c.subject, func.max(log_table.c.version).label("version"))
        .where(log_table.c.version.is_not(None), log_table.c.exchange == EVENTS)
        .group_by(log_table.c.subject)
        .order_by(log_table.c.subject)
    )
    if since:
        query = query.where(log_table.c.created_at >= since)
    heads = [{"subject": row.subject, "version": row.version} for row in session.execute(query)]
    epoch = session.execute(select(relay_state.c.epoch).where(relay_state.c.id == 1)).scalar_one_or_none() or 1
    for start in range(0, len(heads), DIGEST_STREAMS):
        outbox.publish(
            session,
            source=source,
            type="stream.digest",
            subject=f"digest/{source}",
            version=None,
            now=business_now(),
            data={
                "streams": heads[start : start + DIGEST_STREAMS],
                "since": format_time(since) if since else None,
                "epoch": epoch,
                "complete": since is None and len(heads) <= DIGEST_STREAMS,
            },
        )
    session.execute(update(relay_state).where(relay_state.c.id == 1).values(digest_at=now))
    return len(heads)


def digest_is_due(session: Session, now: datetime) -> tuple[bool, datetime | None]:
    """Whether an hour went by since the last digest, and when that was."""
    last = session.execute(select(relay_state.c.digest_at).where(relay_state.c.id == 1)).scalar_one_or_none()
    return last is None or last + DIGEST_EVERY <= now, last


def compare_digest(session: Session, service: str, event: Event, now: datetime) -> None:
    """At the consumer: request what we lack; alarm on what we have beyond the source; adopt a new epoch."""
    streams: list[dict[str, Any]] = event.data["streams"]
    adopting = _adopt_epoch(session, event.source, int(event.data["epoch"]))
    mine = _versions(session, event.source, [stream["subject"] for stream in streams])
    for stream in streams:
        subject, theirs = stream["subject"], int(stream["version"])
        have, blocked = mine.get(subject, (0, False))
        if have > theirs:
            log.error("cursor_ahead_of_source", source=event.source, subject=subject, ours=have, theirs=theirs)
            if adopting:
                _lower(session, event.source, subject, theirs)
        elif have < theirs and not blocked:
            request(session, service, event.source, subject, have + 1)
            log.info("behind_digest", source=event.source, subject=subject, ours=have, theirs=theirs)


def _versions(session: Session, source: str, subjects: list[str]) -> dict[str, tuple[int, bool]]:
    rows = session.execute(
        select(cursors.c.subject, cursors.c.version, cursors.c.blocked).where(
            cursors.c.source == source, cursors.c.subject.in_(subjects)
        )
    )
    return {row.subject: (row.version, row.blocked) for row in rows}


def _adopt_epoch(session: Session, source: str, epoch: int) -> bool:
    """Take over the epoch of a restored source. True when it was new.

    What was held for it may go on; what waits from before it is forgotten, since the source sends it anew.
    """
    moved = session.execute(
        update(source_epochs)
        .where(source_epochs.c.source == source, source_epochs.c.epoch < epoch)
        .values(epoch=epoch)
        .returning(source_epochs.c.epoch)
    ).first()
    if moved is None:
        return False
    session.execute(delete(attempts).where(attempts.c.source == source))
    session.execute(delete(held).where(held.c.source == source, held.c.epoch < epoch))
    session.execute(update(cursors).where(cursors.c.source == source, cursors.c.blocked).values(blocked=False))
    session.execute(
        update(held).where(held.c.source == source, held.c.reason == "epoch").values(reason="gap", next_at=None)
    )
    log.warning("epoch_adopted", source=source, epoch=epoch)
    return True


def _lower(session: Session, source: str, subject: str, version: int) -> None:
    session.execute(
        update(cursors).where(cursors.c.source == source, cursors.c.subject == subject).values(version=version)
    )


def next_resend(session: Session) -> Any | None:
    """At the source: the oldest request that is not answered to its end."""
    return session.execute(
        select(resends).where(resends.c.done_at.is_(None)).order_by(resends.c.requested_at, resends.c.id).limit(1)
    ).one_or_none()


def resend_rows(session: Session, wanted: Any, limit: int) -> list[Any]:
    """The next events a request asks for, in the order they were written."""
    query = select(log_table).where(
        log_table.c.seq > wanted.position,
        log_table.c.exchange == EVENTS,
        log_table.c.version >= wanted.from_version,
    )
    if wanted.subject is not None:
        query = query.where(log_table.c.subject == wanted.subject)
    if wanted.since is not None:
        query = query.where(log_table.c.created_at >= wanted.since)
    return list(session.execute(query.order_by(log_table.c.seq).limit(limit)))


def move_resend(session: Session, resend_id: str, position: int, done_at: datetime | None) -> None:
    """A chunk of an answer was confirmed by the broker."""
    session.execute(update(resends).where(resends.c.id == resend_id).values(position=position, done_at=done_at))


def postpone_resend(session: Session, resend_id: str, now: datetime) -> None:
    """An answer came back unroutable: the request goes behind the others."""
    session.execute(update(resends).where(resends.c.id == resend_id).values(requested_at=now))


def ensure_state(session: Session) -> None:
    """The one row of relay_state."""
    session.execute(upsert(session, relay_state).values(id=1, epoch=1, unsent=0).on_conflict_do_nothing())
