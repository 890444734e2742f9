"""What is known of demands' past, many at once: five statements for any number of demands."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from services.triage.child_tables import Deadline, Heard, Promise
from services.triage.domain.past import Past, Told
from services.triage.domain.records import CaseRow, DeadlineRow, PromiseRow
from services.triage.store.cases import SHOWN
from services.triage.tables import Case
from shared.messaging.tables import outbox

Place = tuple[datetime, str]
"""Where a page of demands begins after: received_at and id of the last one before."""

_TOLD_OF_CLOCKS = ("demandflow.deadlines.changed.v1", "demandflow.deadline.breached.v1")
"""What follows from the rest, and is most of it."""


def page(
    session: Session, policy: str, *, since: datetime, until: datetime, after: Place | None, limit: int
) -> list[Past]:
    """Demands received under a policy from `since` to before `until`, in order; none that is of the past by import."""
    query = select(*SHOWN).where(
        Case.policy == policy, Case.received_at >= since, Case.received_at < until, Case.historic.is_(None)
    )
    if after is not None:
        at, last = after
        query = query.where(or_(Case.received_at > at, and_(Case.received_at == at, Case.id > last)))
    query = query.order_by(Case.received_at, Case.id).limit(limit)
    cases = [CaseRow(**row) for row in session.execute(query).mappings()]
    ids = [one.id for one in cases]
    deadlines, promises, told = _deadlines(session, ids), _promises(session, ids), _told(session, ids)
    return [Past(one, deadlines[one.id], promises[one.id], told[one.id]) for one in cases]


def _deadlines(session: Session, ids: Sequence[str]) -> dict[str, list[DeadlineRow]]:
    query = select(*Deadline.__table__.columns).where(Deadline.demand_id.in_(ids))
    found = defaultdict(list)
    for row in session.execute(query.order_by(Deadline.due_at, Deadline.id)).mappings():
        found[row["demand_id"]].append(DeadlineRow(**row))
    return found


def _promises(session: Session, ids: Sequence[str]) -> dict[str, list[PromiseRow]]:
    query = select(*Promise.__table__.columns).where(Promise.demand_id.in_(ids))
    found = defaultdict(list)
    for row in session.execute(query.order_by(Promise.demand_id, Promise.number)).mappings():
        found[row["demand_id"]].append(PromiseRow(**row))
    return found


def _told(session: Session, ids: Sequence[str]) -> dict[str, list[Told]]:
    """Triage's own events and what it heard, each in its place (as store.timeline has them)."""
    placed: dict[str, list[tuple[tuple[int, int], Told]]] = defaultdict(list)
    own = select(outbox.c.subject, outbox.c.version, outbox.c.type, outbox.c.time, outbox.c.data).where(
        outbox.c.subject.in_([f"demand/{one}" for one in ids]), outbox.c.type.not_in(_TOLD_OF_CLOCKS)
    )
    for row in session.execute(own):
        name = row.type.removeprefix("demandflow.").rpartition(".v")[0]
        placed[row.subject.removeprefix("demand/")].append(((row.version, 0), Told(name, row.time, row.data)))
    heard = select(*Heard.__table__.columns).where(Heard.demand_id.in_(ids))
    for row in session.execute(heard):
        told = Told(row.event, row.heard_at, row.data)
        placed[row.demand_id].append(((row.after_version, row.version), told))
    found: dict[str, list[Told]] = defaultdict(list)
    for one, events in placed.items():
        found[one] = [told for _, told in sorted(events, key=_place)]
    return found


def _place(event: tuple[tuple[int, int], Any]) -> tuple[int, int]:
    return event[0]
