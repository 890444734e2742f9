"""A plan split into tasks (policy B: owner, start, end, delivery standard), and how they go."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from services.triage import events
from services.triage.domain import tasks as rules
from services.triage.domain.records import TaskRow
from services.triage.domain.told.tasks import TaskProgress, Tasks, WantedTask
from services.triage.store import staff, tasks
from services.triage.usecases.case_file import CaseFile, Step
from shared.policies.parts import Status
from shared.refused import Refused, wrong


def split(file: CaseFile, said: Tasks, status: Status) -> None:
    """Make tasks and change some. An id that is known means that task, another one a new task by that name.

    Every department whose tasks these are, or were, hears of them. Refused 422 unknown-owner, and as rules.check says.
    """
    known = {one.id: one for one in tasks.of_demand(file.session, file.case.id)}
    owners = _owners(file, said.tasks)
    wanted: list[TaskRow] = []
    for place, one in enumerate(said.tasks):
        taken = {*known, *(row.id for row in wanted), *(other.id for other in said.tasks if other.id)}
        wanted.append(_row(file, one, known.get(one.id or ""), owners[place], _id(one, taken), len(known) + place + 1))
    concerned = {file.case.lead, *file.case.joining}
    rules.check(list(known.values()), wanted, departments=concerned, finish_on=_finish_on(file))
    tasks.put(file.session, wanted)
    before = frozenset(known[one.id].department for one in wanted if one.id in known)
    _tell(file, "dispatched", wanted, status, before=before)


def progress(file: CaseFile, said: TaskProgress, status: Status) -> None:
    """How one task goes; that is progress of the demand too, as far as its clocks are concerned (policy B: daily).

    A department that only joins speaks of its own tasks. Refused 404 task-unknown; 409 as rules.check_done says; 422
    percent-contradicts.
    """
    known = {one.id: one for one in tasks.of_demand(file.session, file.case.id)}
    task = known.get(said.task)
    if task is None or file.department not in (None, file.case.lead, task.department):
        raise Refused("task-unknown", "There is no such task before this department", 404, about=file.case.id)
    percent = _percent(task, said)
    rules.check_done(known, task, said.state)
    row = replace(task, state=said.state, percent=percent, changed_at=file.now)
    tasks.put(file.session, [row])
    _tell(file, "progressed", [row], status, text=said.text)
    file.happened("demand.progressed")


def _tell(
    file: CaseFile,
    change: str,
    rows: Sequence[TaskRow],
    status: Status,
    *,
    before: frozenset[str] = frozenset(),
    text: str | None = None,
) -> None:
    told = [events.task_of(one) for one in rows]
    data = {"change": change, "tasks": told, "text": text, "at": events.moment(file.now)}
    file.tell("task.changed", data, status=status)
    file.concerned |= before | {one.department for one in rows}


def _row(
    file: CaseFile, said: WantedTask, before: TaskRow | None, owner: tuple[str, str | None], id: str, position: int
) -> TaskRow:
    row = TaskRow(
        demand_id=file.case.id,
        id=id,
        position=before.position if before else position,
        title=said.title,
        owner=owner[0],
        owner_id=owner[1],
        department=said.department or (before.department if before else file.case.lead),
        starts_on=said.starts_on,
        ends_on=said.ends_on,
        delivery_standard=said.delivery_standard,
        depends_on=list(said.depends_on),
        dispatched_at=file.now,
        changed_at=file.now,
    )
    return replace(row, state=before.state, percent=before.percent) if before else row


def _owners(file: CaseFile, wanted: Sequence[WantedTask]) -> list[tuple[str, str | None]]:
    """(full name, staff id or None) of each; who works here is looked up in one statement."""
    people = staff.active_all(file.session, {one.owner_login for one in wanted if one.owner_login})
    found: list[tuple[str, str | None]] = []
    for place, one in enumerate(wanted):
        person = people.get(one.owner_login or "")
        if one.owner_login and person is None:
            raise wrong(f"/tasks/{place}/owner_login", "unknown-owner", "Nobody of that log-in name works here")
        found.append((person.name, person.id) if person else (str(one.owner), None))
    return found


def _id(said: WantedTask, taken: set[str]) -> str:
    return said.id or next(f"T{number}" for number in range(1, len(taken) + 2) if f"T{number}" not in taken)


def _finish_on(file: CaseFile) -> date | None:
    finish = file.moment("expected_finish")
    return None if finish is None else finish.astimezone(ZoneInfo(file.policy.time_zone)).date()


def _percent(task: TaskRow, said: TaskProgress) -> int:
    """What is done is done whole, what is not begun not at all; else as said, or as it was."""
    whole = {"open": 0, "done": 100}.get(said.state)
    if whole is not None and said.percent not in (None, whole):
        raise wrong("/percent", "percent-contradicts", "Open is 0 percent, done is 100")
    if whole is not None:
        return whole
    before = task.percent if task.state == "in_progress" else 0
    return before if said.percent is None else said.percent


ACTIONS: Mapping[str, Step] = {
    "tasks": split,
    "task-progress": progress,
}
