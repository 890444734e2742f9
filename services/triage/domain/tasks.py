"""Tasks of a plan: whether they can be done as they are wanted. Pure."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from services.triage.domain.records import TaskRow
from shared.refused import Refused, wrong

MOST = 200
"""Tasks of one demand."""


def check(
    known: Sequence[TaskRow], wanted: Sequence[TaskRow], *, departments: Collection[str], finish_on: date | None
) -> None:
    """wanted: rows as they are to be, in the order of the request; departments: those concerned; finish_on: planned.

    Refused 422 with the place: stands-twice, too-many, unknown-department, end-before-start, beyond-plan,
    unknown-dependency, dependency-cycle, starts-too-early (a task may start on the day on which what it waits for
    ends: ours). 409 task-done for one that is done: it is opened again first.
    """
    whole = {one.id: one for one in known} | {one.id: one for one in wanted}
    if len(whole) > MOST:
        raise wrong("/tasks", "too-many", f"At most {MOST} tasks")
    done = {one.id for one in known if one.state == "done"}
    for place, task in enumerate(wanted):
        _check_one(f"/tasks/{place}", task, departments, finish_on)
        if any(task.id == other.id for other in wanted[:place]):
            raise wrong(f"/tasks/{place}/id", "stands-twice", "This task stands twice")
        if task.id in done:
            raise Refused("task-done", "A task that is done is changed no more", about=task.demand_id)
    for place, task in enumerate(wanted):
        _check_order(f"/tasks/{place}", task, whole)
    _check_dependents(wanted, whole)


def check_done(tasks: Mapping[str, TaskRow], task: TaskRow, state: str) -> None:
    """Refused 409: dependency-open (what it waits for is not done), dependents-done (what waits for it is)."""
    if state == "done":
        if any(tasks[one].state != "done" for one in task.depends_on if one in tasks):
            raise Refused("dependency-open", "What the task depends on is not done", about=task.demand_id)
    elif any(task.id in other.depends_on and other.state == "done" for other in tasks.values()):
        raise Refused("dependents-done", "A task that depends on this one is done", about=task.demand_id)


def _check_one(place: str, task: TaskRow, departments: Collection[str], finish_on: date | None) -> None:
    if task.department not in departments:
        raise wrong(f"{place}/department", "unknown-department", "This department neither leads nor joins")
    if task.ends_on < task.starts_on:
        raise wrong(f"{place}/ends_on", "end-before-start", "A task ends on the day it starts or later")
    if finish_on is not None and task.ends_on > finish_on:
        raise wrong(f"{place}/ends_on", "beyond-plan", "A task ends by the planned finish")


def _check_order(place: str, task: TaskRow, whole: Mapping[str, TaskRow]) -> None:
    for number, name in enumerate(task.depends_on):
        if name not in whole:
            raise wrong(f"{place}/depends_on/{number}", "unknown-dependency", "There is no such task")
    if _waits_for_itself(task, whole):
        raise wrong(f"{place}/depends_on", "dependency-cycle", "A task cannot wait for itself")
    if any(task.starts_on < whole[name].ends_on for name in task.depends_on):
        raise wrong(f"{place}/starts_on", "starts-too-early", "A task starts when what it depends on has ended")


def _check_dependents(wanted: Sequence[TaskRow], whole: Mapping[str, TaskRow]) -> None:
    """Tasks that are not named may wait for one that is moved."""
    for place, task in enumerate(wanted):
        if any(task.id in other.depends_on and other.starts_on < task.ends_on for other in whole.values()):
            raise wrong(f"/tasks/{place}/ends_on", "starts-too-early", "A task that depends on this one starts before")


def _waits_for_itself(task: TaskRow, whole: Mapping[str, TaskRow]) -> bool:
    seen: set[str] = set()
    ahead = list(task.depends_on)
    while ahead:
        name = ahead.pop()
        if name == task.id:
            return True
        if name in whole and name not in seen:
            seen.add(name)
            ahead += whole[name].depends_on
    return False
