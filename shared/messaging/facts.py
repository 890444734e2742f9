"""What a service's messaging tables say, for the conservation check, for quiet and for operators."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.db import Database
from shared.messaging.tables import attempts, cursors, held, outbox, parked, relay_state, resends
from shared.messaging.topology import DEPARTMENTS, EVENTS

_CHUNK = 500


def facts(database: Database) -> dict[str, Any]:
    """All positions of one service.

    heads, work_heads: {subject: last version}; cursors: {source: {subject: version}}; gaps: streams whose
    versions are not 1..n; blocked: streams that wait for a retry or stand parked; published: {kind: count};
    counts of the rest.
    """
    with database.read() as session:
        heads, gaps = _heads(session, EVENTS)
        work_heads, work_gaps = _heads(session, DEPARTMENTS)
        positions: dict[str, dict[str, int]] = {}
        blocked: list[list[str]] = []
        for row in session.execute(select(cursors)):
            positions.setdefault(row.source, {})[row.subject] = row.version
            if row.blocked:
                blocked.append([row.source, row.subject])
        return {
            "heads": heads,
            "work_heads": work_heads,
            "gaps": gaps + work_gaps,
            "cursors": positions,
            "blocked": blocked,
            "published": _published(session),
            **counts(session),
        }


def moved(session: Session, after: int) -> tuple[int, dict[str, int]]:
    """(the outbox's last position, {stream: last version}) of events to all services after a position."""
    rows = session.execute(
        select(outbox.c.subject, func.max(outbox.c.version), func.max(outbox.c.seq))
        .where(outbox.c.seq > after, outbox.c.exchange == EVENTS, outbox.c.version.is_not(None))
        .group_by(outbox.c.subject)
    ).all()
    return max((row[2] for row in rows), default=after), {row[0]: row[1] for row in rows}


def behind(session: Session, source: str, heads: dict[str, int]) -> list[str]:
    """Those streams of a source whose cursor here stands before these heads."""
    late, subjects = [], list(heads)
    for start in range(0, len(subjects), _CHUNK):
        part = subjects[start : start + _CHUNK]
        query = select(cursors.c.subject, cursors.c.version).where(
            cursors.c.source == source, cursors.c.subject.in_(part)
        )
        known = {row.subject: row.version for row in session.execute(query)}
        late += [subject for subject in part if known.get(subject, 0) < heads[subject]]
    return late


def counts(session: Session) -> dict[str, int]:
    """The cheap figures: unsent, held, attempts, parked (open), resends (open), epoch."""
    held_count, parked_count = backlog(session)
    return {
        "unsent": _count(session, outbox, outbox.c.sent_at.is_(None)),
        "held": held_count,
        "attempts": _count(session, attempts),
        "parked": parked_count,
        "resends": _count(session, resends, resends.c.done_at.is_(None)),
        "epoch": session.execute(select(relay_state.c.epoch)).scalar() or 1,
    }


def quiet(database: Database) -> dict[str, Any]:
    """{"quiet": bool, unsent, held, attempts, parked, resends, epoch}; what is parked waits for a person."""
    with database.read() as session:
        found = counts(session)
    return {"quiet": not any(found[name] for name in ("unsent", "held", "attempts", "resends")), **found}


def backlog(session: Session) -> tuple[int, int]:
    """(held events, open parked messages)."""
    return _count(session, held), _count(session, parked, parked.c.resolution.is_(None))


def _count(session: Session, table: Any, *where: Any) -> int:
    return session.execute(select(func.count()).select_from(table).where(*where)).scalar_one()


def _published(session: Session) -> dict[str, int]:
    rows = session.execute(
        select(outbox.c.type, func.count()).where(outbox.c.version.is_not(None)).group_by(outbox.c.type)
    )
    return {kind.removeprefix("demandflow.").rpartition(".v")[0]: count for kind, count in rows}


def _heads(session: Session, exchange: str) -> tuple[dict[str, int], list[str]]:
    rows = session.execute(
        select(outbox.c.subject, func.max(outbox.c.version), func.min(outbox.c.version), func.count())
        .where(outbox.c.exchange == exchange, outbox.c.version.is_not(None))
        .group_by(outbox.c.subject)
    ).all()
    heads = {subject: last for subject, last, _first, _count in rows}
    return heads, [subject for subject, last, first, count in rows if first != 1 or last != count]
