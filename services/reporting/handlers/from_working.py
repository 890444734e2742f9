"""What triage tells of the work on a demand: evaluations, plans, tasks, progress, what stands in the way."""

from typing import Any

from sqlalchemy.orm import Session

from services.reporting.handlers.parts import status_of, version_of
from services.reporting.store import children, demands
from services.reporting.usecases.count_handling import Books
from shared.clock import parse_time
from shared.messaging.envelope import Event

_JUDGED = ("verdict", "text", "explanation", "alternative", "feasibility", "resources")
_PLANNED = ("text", "solution", "process", "quotation", "workaround", "later_iteration", "at")


def demand_evaluated(session: Session, event: Event, ctx: Books) -> None:
    """The latest of each department counts; the demand's own is the latest of all, with the verdict on the whole."""
    data = event.data
    evaluation = {name: data[name] for name in ("department", "overall", *_JUDGED, "at")}
    demands.fill(session, data["demand_id"], {**status_of(data), "evaluation": evaluation})
    row = {name: data[name] for name in ("by", *_JUDGED)}
    row |= {"version": version_of(event), "at": parse_time(data["at"])}
    children.put_evaluation(session, data["demand_id"], data["department"], row)


def demand_planned(session: Session, event: Event, ctx: Books) -> None:
    """The latest plan counts."""
    data = event.data
    plan = {name: data[name] for name in _PLANNED}
    finish = parse_time(data["expected_finish"])
    demands.fill(session, data["demand_id"], {**status_of(data), "plan": plan, "expected_finish": finish})


def task_changed(session: Session, event: Event, ctx: Books) -> None:
    """Keeps the tasks as they stand, and how one goes as a note of progress."""
    data = event.data
    demands.fill(session, data["demand_id"], status_of(data))
    rows = [{**one, "dispatched_at": parse_time(one["dispatched_at"])} for one in data["tasks"]]
    children.put_tasks(session, data["demand_id"], rows)
    if data["change"] == "progressed":
        (task,) = data["tasks"]
        _note(session, event, {"task": task["id"], "state": task["state"], "percent": task["percent"]})


def demand_progressed(session: Session, event: Event, ctx: Books) -> None:
    """Keeps the note."""
    demands.fill(session, event.data["demand_id"], status_of(event.data))
    _note(session, event, {"task": None, "state": None, "percent": None})


def demand_blocked(session: Session, event: Event, ctx: Books) -> None:
    """Something stands in the way."""
    data = event.data
    demands.fill(session, data["demand_id"], status_of(data))
    row = {name: data[name] for name in ("by", "reason", "reason_label", "note", "task")}
    row |= {"at": parse_time(data["at"]), "occurred_at": parse_time(data["occurred_at"])}
    children.add_block(session, data["demand_id"], version_of(event), row)


def demand_unblocked(session: Session, event: Event, ctx: Books) -> None:
    """It is gone."""
    data = event.data
    demands.fill(session, data["demand_id"], status_of(data))
    children.end_block(session, data["demand_id"], at=parse_time(data["at"]), by=data["by"], note=data["note"])


def _note(session: Session, event: Event, of_task: dict[str, Any]) -> None:
    data = event.data
    row = {"at": parse_time(data["at"]), "by": data["by"], "text": data["text"], **of_task}
    children.add_progress(session, data["demand_id"], version_of(event), row)
