"""The outbox: events written in the transaction of the change they tell; it is also the source's event log."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert
from sqlalchemy.orm import Session

from shared import context
from shared.clock import system_now
from shared.db import upsert
from shared.ids import new_id
from shared.messaging.envelope import Event, full_type
from shared.messaging.tables import outbox, streams
from shared.messaging.topology import DEPARTMENTS, EVENTS


def publish(
    session: Session,
    *,
    source: str,
    type: str,
    subject: str,
    version: int | None,
    data: dict[str, Any],
    now: datetime,
    v: int = 1,
    department: str | None = None,
) -> str:
    """Write one event into the caller's transaction; the relay sends it after the commit. Returns its id.

    type: "demand.received"; subject: the stream; version: that stream's next, gapless, from the caller's locked row
    or next_version(); None only for digests and requests. now: business time. department: deliver to that
    department's queue instead of to all services.
    """
    here = context.current()
    event_id = new_id()
    session.execute(
        insert(outbox).values(
            event_id=event_id,
            subject=subject,
            version=version,
            exchange=DEPARTMENTS if department else EVENTS,
            routing_key=department or f"{source}.{type}.v{v}",
            type=full_type(type, v),
            time=now,
            data=data,
            correlation_id=here.correlation_id or here.request_id or event_id,
            causation_id=here.causation_id,
            traceparent=here.traceparent,
            created_at=system_now(),
            tries=0,
        )
    )
    return event_id


def next_version(session: Session, subject: str) -> int:
    """Take the next version of a stream that has no row of its own; locks that stream until the commit."""
    statement = (
        upsert(session, streams)
        .values(subject=subject, version=1)
        .on_conflict_do_update(index_elements=["subject"], set_={"version": streams.c.version + 1})
        .returning(streams.c.version)
    )
    return int(session.execute(statement).scalar_one())


def as_event(row: Row[Any], source: str, epoch: int) -> Event:
    """An outbox row as the event that goes out, stamped with the source's present epoch."""
    return Event(
        id=row.event_id,
        source=source,
        type=row.type,
        subject=row.subject,
        version=row.version,
        epoch=epoch if row.version is not None else None,
        time=row.time,
        data=row.data,
        correlation_id=row.correlation_id,
        causation_id=row.causation_id,
        traceparent=row.traceparent,
    )
