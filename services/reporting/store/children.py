"""What a demand has several of: evaluations, tasks, notes, delays, blocks, promises, answers, notices."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from services.reporting.child_tables import (
    Attachment,
    Block,
    Communication,
    Delay,
    Evaluation,
    NoticeOutcome,
    Opinion,
    ProgressNote,
    Promise,
    Relation,
    Task,
)
from shared.db import upsert


def put_evaluation(session: Session, demand_id: str, department: str, row: Mapping[str, Any]) -> None:
    """What a department thinks {version, at, by, verdict, text, explanation, alternative, feasibility, resources}."""
    _put(session, Evaluation, {"demand_id": demand_id, "department": department}, row)


def put_tasks(session: Session, demand_id: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Tasks as contracts.shapes.TaskOf says, dispatched_at as a moment; in one statement."""
    add = upsert(session, Task).values([{"demand_id": demand_id, **row} for row in rows])
    changed = {name: add.excluded[name] for name in rows[0] if name != "id"}
    session.execute(add.on_conflict_do_update(index_elements=["demand_id", "id"], set_=changed))


def add_block(session: Session, demand_id: str, version: int, row: Mapping[str, Any]) -> None:
    """Something that stands in the way {at, by, occurred_at, reason, reason_label, note, task}."""
    _put(session, Block, {"demand_id": demand_id, "version": version}, row)


def end_block(session: Session, demand_id: str, *, at: datetime, by: str, note: str | None = None) -> None:
    """What stands in the way is gone; nothing happens when nothing did."""
    change = update(Block).where(Block.demand_id == demand_id, Block.ended_at.is_(None))
    session.execute(change.values(ended_at=at, ended_by=by, end_note=note))


def add_progress(session: Session, demand_id: str, version: int, row: Mapping[str, Any]) -> None:
    """A note of progress {at, by, text, task, state, percent}; version: that of its event."""
    _put(session, ProgressNote, {"demand_id": demand_id, "version": version}, row)


def add_delay(session: Session, demand_id: str, version: int, row: Mapping[str, Any]) -> None:
    """A delay {at, by, reason, reason_label, note, before, expected_finish, told_at, channel, late}."""
    _put(session, Delay, {"demand_id": demand_id, "version": version}, row)


def put_promise(session: Session, demand_id: str, number: int, row: Mapping[str, Any]) -> None:
    """What was told to the customer {at, by, channel, text, promised_for, fulfils}."""
    _put(session, Promise, {"demand_id": demand_id, "number": number}, row)


def put_opinion(session: Session, demand_id: str, cycle: int, row: Mapping[str, Any]) -> None:
    """The customer's answer to one cycle {at, satisfaction, satisfied, opinion, signed}; the last one counts."""
    _put(session, Opinion, {"demand_id": demand_id, "cycle": cycle}, row)


def put_communication(
    session: Session, demand_id: str, communication_id: str, version: int, row: Mapping[str, Any]
) -> None:
    """One version of a talk with the customer; row {occurred_at, registered_at, by, said}."""
    key = {"demand_id": demand_id, "communication_id": communication_id, "version": version}
    _put(session, Communication, key, row)


def put_attachment(session: Session, demand_id: str, attachment_id: str, row: Mapping[str, Any]) -> None:
    """A file or a reference {name, label, reference, media_type, size, sha256, at, by}."""
    _put(session, Attachment, {"demand_id": demand_id, "attachment_id": attachment_id}, row)


def put_notice(session: Session, notice_id: str, row: Mapping[str, Any]) -> None:
    """How a notice ended {demand_id, kind, carrier, audience, outcome, attempt, at, reason}."""
    _put(session, NoticeOutcome, {"notice_id": notice_id}, row)


RelationKey = tuple[str, str, str, str]
"""(demand id, other's id, relation, direction)."""
_RELATION = ("demand_id", "other_id", "relation", "direction")


def put_relation(session: Session, key: RelationKey, row: Mapping[str, Any]) -> None:
    """What a demand is of another {number, note, at}."""
    _put(session, Relation, dict(zip(_RELATION, key, strict=True)), row)


def remove_relation(session: Session, key: RelationKey) -> None:
    """It is so no longer."""
    conditions = (getattr(Relation, name) == value for name, value in zip(_RELATION, key, strict=True))
    session.execute(delete(Relation).where(*conditions))


def _put(session: Session, table: Any, key: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    add = upsert(session, table).values(**key, **values)
    session.execute(add.on_conflict_do_update(index_elements=list(key), set_=dict(values)))
